"""Selective sync by profile: what one device sees of the files, decided without I/O."""
