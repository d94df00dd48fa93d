"""The commands of the `foyer` program; each imports what it needs when it runs."""
