"""The nouns of RFC 4918, and the port to whatever holds the files."""
