"""The dialect of a province's own API, `{province}-api.…` (dialect B): it is read, and cannot be written."""
