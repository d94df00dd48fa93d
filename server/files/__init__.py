"""`/files`: the drive as Cozy's clients know it, in JSON:API (cozy.md B7)."""
