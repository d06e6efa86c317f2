"""A recording of what an installation answers, without anything that must not leave it, and its player.

`tape.py` keeps requests and replies as they go by; a connector that is `Recordable` takes out of them whatever
belongs to documents that are not open; `masking.py` puts made-up words in the place of all that is left; `files.py`
writes and reads the file; `player.py` answers from it. See docs/new-connector.md.
"""
