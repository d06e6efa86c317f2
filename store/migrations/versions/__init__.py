"""One file per step; the first four characters of its name are the schema version it leads to."""
