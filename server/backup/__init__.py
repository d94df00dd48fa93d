"""Backups of homes while they are served, and homes brought back (docs/formats/backup.md)."""
