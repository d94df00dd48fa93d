"""Documents in an Apache CouchDB, over HTTP: what a host takes where one machine is not enough."""
