"""Copying what one database lacks from another, after CouchDB's replication protocol."""
