"""News as they happen: a websocket as Cozy's applications know it, and server-sent events.

Both read the changes feed past a place of their own, and ask about each event whether the caller
may still see it.
"""
