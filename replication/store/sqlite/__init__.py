"""The embedded engine: every database of an instance in one SQLite file."""
