"""The table of the order of strings, and the programs that make it from ICU; see `generate`."""
