"""Accounts at other services: what is secret in them, and who gets it in the clear."""
