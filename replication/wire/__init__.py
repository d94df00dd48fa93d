"""Bytes to values and back, as CouchDB's HTTP API has them; still no I/O."""
