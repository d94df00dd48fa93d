"""A door for other programs of this computer, to read only: the replica by CouchDB and WebDAV."""
