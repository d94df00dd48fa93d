"""Signing in at an outside provider (OpenID Connect), which vouches for the owner of a home."""
