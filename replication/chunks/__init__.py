"""Contents cut into chunks where their bytes say so, so that a change of a few costs a few."""
