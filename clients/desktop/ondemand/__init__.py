"""Files on demand, on Linux: a mount of all the home whose contents come when they are opened."""
