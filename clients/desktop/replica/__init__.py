"""The home's documents of files on this computer: read, searched and lent without the home."""
