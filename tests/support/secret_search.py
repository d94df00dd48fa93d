"""Looks in all that homes wrote for the secrets that `secret_tap` put aside.

    FOYER_TESTS_SECRETS=place/secrets TMPDIR=place/tmp pytest tests/http --basetemp place/base
    python -m tests.support.secret_search place

Searched are the data folders (databases with their logs, records, contents), logs, and the
temporary folder, where also a dump of a process would be. Each secret is looked for as it is, in
base64 and in hex. What an operator wrote (`foyer.toml`) is left out.
"""

import ast
import subprocess
import sys
import tempfile
from base64 import b64encode
from pathlib import Path

OF_CLIENTS = frozenset({"litmus", "profile"})
"""Folders where litmus writes down its requests, and a browser what it fetched."""

DUMPS = ("core", "core.*", "*.dmp", "*.core")


FEWEST_LETTERS = 5
"""Different ones that a secret has; `cccccccccccc`, which tests show as a token, is none."""


def secrets_in(folder):
    """Return all secrets that were put aside."""
    told = {
        ast.literal_eval(line)
        for file in folder.glob("*.secrets")
        for line in file.read_text(encoding="utf-8").splitlines()
    }
    return {secret for secret in told if len(set(secret)) >= FEWEST_LETTERS}


def forms_of(secret):
    """Yield how a secret may be written down."""
    plain = secret.encode("utf-8", "surrogatepass")
    yield from (plain, b64encode(plain).rstrip(b"="), plain.hex().encode())


def searched(place):
    """Return the folders and files that are searched."""
    data = {folder.parent for folder in place.rglob("instances") if is_of_homes(folder)}
    logs = {file for file in place.rglob("*.log") if is_log(file.relative_to(place), file)}
    return sorted(data | logs | {place / "tmp"})


def is_of_homes(folder):
    """Tell whether homes are in a folder: a copy of our own sources has one of this name too."""
    return folder.is_dir() and not (folder / "__init__.py").exists()


def is_log(path, file):
    """Tell whether a file is a log of ours, and none that a client keeps of what it was told."""
    return file.is_file() and not OF_CLIENTS.intersection(path.parts)


def found_in(paths, secrets):
    """Return file, and what was found in it, for each place where a secret stands in clear."""
    known = {form: secret for secret in secrets for form in forms_of(secret) if b"\n" not in form}
    with tempfile.NamedTemporaryFile() as patterns:
        patterns.write(b"\n".join(known) + b"\n")
        patterns.flush()
        grep = ["grep", "-raoF", "--exclude=foyer.toml", "-f", patterns.name, *map(str, paths)]
        said = subprocess.run(grep, capture_output=True, check=False, env={"LC_ALL": "C"})
    assert said.returncode in (0, 1), said.stderr
    lines = (line.partition(b":") for line in said.stdout.splitlines())
    return sorted({(file.decode(), known[form]) for file, _, form in lines if form in known})


def dumps_in(place):
    """Return the memory dumps of processes."""
    return [path for pattern in DUMPS for path in place.rglob(pattern) if path.is_file()]


def main():
    place = Path(sys.argv[1])
    secrets, paths = secrets_in(place / "secrets"), searched(place)
    found, dumps = found_in(paths, secrets), dumps_in(place)
    sys.stdout.write(f"{len(secrets)} secrets, {len(paths)} places, {len(found)} found in clear\n")
    for file, secret in found:
        sys.stdout.write(f"{secret!r} in {file}\n")
    sys.stdout.write("".join(f"a dump: {path}\n" for path in dumps))
    sys.exit(bool(found or dumps))


if __name__ == "__main__":
    main()
