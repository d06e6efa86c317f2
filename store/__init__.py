"""The places: inbox, ledger, outbox, cursors and what is known. The only room that speaks SQL.

`store.engine.open_store` gives a `Store`; `Store.begin()` and `Store.read()` give `Places`, one unit of work.
"""
