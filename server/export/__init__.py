"""A whole home in one documented archive, and back (docs/formats/export.md)."""
