"""A CouchDB somewhere else, as a peer to replicate with: whatever speaks its protocol over HTTP."""
