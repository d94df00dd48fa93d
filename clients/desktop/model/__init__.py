"""What the client knows of files, as values."""
