"""What all doors share: the chain of middlewares, errors and their dialects, limits, health."""
