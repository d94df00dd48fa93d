"""What a credential may do, asked where the documents are known, and links to what is shared."""
