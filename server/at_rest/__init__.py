"""What homes are sealed with on the disk: a key of each home's own, wrapped by the host's.

docs/formats/sealed.md tells what is sealed, and with what.
"""
