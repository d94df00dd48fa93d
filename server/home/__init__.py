"""The page at `/`: what this home is, and how to connect to it."""
