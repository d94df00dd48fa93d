"""Several processes on one machine: each home is kept by one of them, and connections find it."""
