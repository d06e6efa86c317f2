"""What an administrator sets, and the regulations and calendars as data."""
