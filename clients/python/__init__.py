"""A client of the house, and of any CouchDB, in Python."""
