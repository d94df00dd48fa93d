"""Where bytes rest: the port and its engines."""
