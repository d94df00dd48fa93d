"""The server: the only floor where parts meet, and the only one that speaks HTTP to clients."""
