"""What to do next so that the trees become equal: rules alone, nothing is done here."""
