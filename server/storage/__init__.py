"""Where homes are kept, other than on this machine's disk."""
