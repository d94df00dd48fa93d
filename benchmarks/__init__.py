"""Measurements of Foyer beside others, on one machine and in one run: `python -m benchmarks`."""
