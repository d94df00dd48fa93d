"""Cozy's dialect of the documents, as its applications know it (cozy.md B6)."""
