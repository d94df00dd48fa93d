"""Documents over HTTP: CouchDB's API under /couchdb/, and Cozy's dialect of it under /data/."""
