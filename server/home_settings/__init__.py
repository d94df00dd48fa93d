"""What a home says of itself and its owner, and what of that may be changed (cozy.md B9)."""
