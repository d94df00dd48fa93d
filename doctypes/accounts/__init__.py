"""Accounts at other services, which connectors sign in to."""
