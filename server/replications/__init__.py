"""Replications that a home carries out itself: asked for once, or kept as documents."""
