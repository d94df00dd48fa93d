"""JavaScript of design documents, run in a process that may hang or crash without harm."""
