"""Whole lives of a small province played from seeds: crashes, lost answers, two daemons, people at work."""
