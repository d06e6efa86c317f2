"""Real documents of the shared corpus as measures: skipped where it is absent, nothing of it is kept here."""
