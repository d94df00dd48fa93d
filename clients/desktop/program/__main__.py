"""`python -m clients.desktop.program`: what services start."""

from clients.desktop.program.program import program

if __name__ == "__main__":
    program(prog_name="foyer-sync")
