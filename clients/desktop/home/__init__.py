"""The home, as the client speaks to it."""
