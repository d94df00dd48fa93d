"""Following a database as it changes."""
