"""Texts taken out of contents, for those who search: pure functions, bounded in what they read."""
