"""The desktop client: a folder of this computer and a home, kept the same."""
