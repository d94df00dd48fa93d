"""Views of design documents: what they are defined by, and the indexes that answer them."""
