"""Who does something to a file, as its document will say (cozy.md E, `cozyMetadata`)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """A registered device or program."""

    id: str
    kind: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Author:
    """An app by its slug, or a program that stands for one; empty where nothing is known.

    `client` is the device it runs on. `name` is what the trash shows a person, `kind` whether that
    is a `member` or somebody who came by an `anonymous-share`.
    """

    slug: str = ""
    version: str = ""
    client: OAuthClient | None = None
    name: str = ""
    kind: str = "member"


By = Author | str
"""An author, or just a slug."""

NOBODY = Author()


def author_of(by: By) -> Author:
    """Return the author that is meant."""
    return Author(by) if isinstance(by, str) else by
