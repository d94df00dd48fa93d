"""CouchDB's own users: who they are, how they show it, and what each of them may do."""
