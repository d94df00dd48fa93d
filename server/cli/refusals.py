"""How a command ends that cannot be carried out: one line that says what to do, and code 1."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from replication.core.errors import StorageUnreachable
from server.admin.access import ServerUnreachable
from server.at_rest.host_key import KeyUnusable
from server.cli.messages import say
from server.instances.changes import ChangeIllegal, Why
from server.instances.folder_lock import FolderInUse
from server.instances.founding import DomainTaken, InstanceMissing
from server.instances.names import DomainIllegal
from server.instances.record import RecordUnreadable
from server.settings import SettingsInvalid

MOST_NAMED = 10
"""Homes that are named where one was not found."""


class Refusal(click.ClickException):
    """A sentence for the operator."""

    def show(self, file: object = None) -> None:
        """Print it on standard error."""
        del file
        click.echo(f"foyer: {self.message}", err=True)


def _why(error: ChangeIllegal) -> str:
    match error.why:
        case Why.NEGATIVE:
            return say("quota_negative", size=error.about)
        case Why.TOO_MANY:
            return say("names_too_many", most=error.about)
        case Why.OWN_NAME:
            return say("name_own", name=error.about)
        case Why.NO_NAME:
            return say("name_unknown", name=error.about)
        case Why.NO_CONTEXT:
            return say("context_missing", contexts=error.about)


@contextmanager
def refusals() -> Iterator[None]:
    """Turn what can go wrong with settings, folders and homes into sentences."""
    with _of_what_is_out_of_reach(), _of_homes():
        yield


@contextmanager
def _of_what_is_out_of_reach() -> Iterator[None]:
    try:
        yield
    except ServerUnreachable as error:
        raise Refusal(say("server_unreachable", why=error.why)) from error
    except KeyUnusable as error:
        raise Refusal(say("key_unusable", why=error)) from error
    except StorageUnreachable as error:
        told = say("storage_unreachable", place=error.place, why=error.why)
        raise Refusal(told) from error


@contextmanager
def _of_homes() -> Iterator[None]:
    try:
        yield
    except SettingsInvalid as error:
        raise Refusal(str(error)) from error
    except FolderInUse as error:
        process = error.process or "?"
        raise Refusal(say("folder_in_use", folder=error.folder, process=process)) from error
    except RecordUnreadable as error:
        raise Refusal(say("record_unreadable", path=error.path, why=error.why)) from error
    except DomainIllegal as error:
        raise Refusal(say("domain_illegal", domain=error.text)) from error
    except DomainTaken as error:
        raise Refusal(say("domain_taken", domain=error.domain)) from error
    except ChangeIllegal as error:
        raise Refusal(_why(error)) from error
    except InstanceMissing as error:
        named = error.domains[:MOST_NAMED]
        more = ["…"] if len(error.domains) > len(named) else []
        domains = ", ".join([*named, *more]) or say("none")
        raise Refusal(say("instance_missing", domain=error.domain, domains=domains)) from error


@contextmanager
def folder_refusals(folder: Path) -> Iterator[None]:
    """Turn what can go wrong when a folder is made or written to into a sentence."""
    try:
        yield
    except OSError as error:
        why = error.strerror or str(error)
        raise Refusal(say("folder_unusable", folder=folder, why=why)) from error
