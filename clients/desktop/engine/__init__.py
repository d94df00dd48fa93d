"""Looks at both sides, does what is planned, and begins again."""
