"""Who did what when, kept in each home for its owner (`io.cozy.audit`)."""
