"""The same document system as a province's own API (dialect B): forms in, `success` out, floats for keys."""
