"""Where documents rest: the port and its engines."""
