"""Who asks: from what a request shows to a principal, or to a refusal."""
