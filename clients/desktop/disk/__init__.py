"""The folder on this computer."""
