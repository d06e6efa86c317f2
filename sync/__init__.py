"""The movements: what happens, in which order, and when. Read `sync/flow.py` first."""
