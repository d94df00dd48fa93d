"""The version of this program, as its distribution says."""

from importlib.metadata import PackageNotFoundError, version


def _installed() -> str:
    try:
        return version("foyer-cloud")
    except PackageNotFoundError:  # run from a checkout that was never installed
        return "0+checkout"


VERSION = _installed()
