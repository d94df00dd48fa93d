"""The `foyer` program: looks at the Python it runs on, then hands over to the commands."""

import sys

OLDEST = (3, 11)


def main() -> None:
    """Run the command that the command line names."""
    found = sys.version_info[:2]
    if found < OLDEST:
        sys.exit("foyer: Python {}.{} or newer is needed, this is {}.{}".format(*OLDEST, *found))
    from server.cli.program import program

    program(prog_name="foyer")


if __name__ == "__main__":
    main()
