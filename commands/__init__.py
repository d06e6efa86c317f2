"""The verbs of the command line, one module for each kind of verb. Nobody but `cli.py` imports it."""
