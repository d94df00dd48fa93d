"""The owner in a browser: signing in and out, and the sessions that last in between."""
