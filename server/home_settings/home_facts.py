"""What the record of a home says that its settings tell: one place to look it up."""

from dataclasses import dataclass

from server.instances.instance import Instance


@dataclass(frozen=True, slots=True)
class HomeFacts:
    """What whoever hosts the home knows of it; empty texts stand for what nobody said.

    `quota` is in bytes, None for no limit.
    """

    locale: str = "en"
    timezone: str = ""
    context: str = "default"
    quota: int | None = None
    uuid: str = ""
    onboarded: bool = True
    terms_signed: str = ""


def facts_of(home: Instance) -> HomeFacts:
    """Return what is known of a home."""
    del home
    return HomeFacts()
