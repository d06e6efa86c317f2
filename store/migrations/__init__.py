"""The schema's way from version to version, forward only; run by `store.versions`, never by hand."""
