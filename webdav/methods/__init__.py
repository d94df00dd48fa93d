"""One file for each method, or for two that RFC 4918 defines as a pair."""
