"""`foyer-sync`: the desktop client as a program of the terminal, and what runs behind it."""
