"""How a command ends that cannot be carried out: one line that says what to do, and code 1."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from server.cli.messages import say
from server.instances.folder_lock import FolderInUse
from server.instances.founding import DomainIllegal, DomainTaken, InstanceMissing
from server.instances.record import RecordUnreadable
from server.settings import SettingsInvalid


class Refusal(click.ClickException):
    """A sentence for the operator."""

    def show(self, file: object = None) -> None:
        """Print it on standard error."""
        del file
        click.echo(f"foyer: {self.message}", err=True)


@contextmanager
def refusals() -> Iterator[None]:
    """Turn what can go wrong with settings, folders and homes into sentences."""
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
    except InstanceMissing as error:
        domains = ", ".join(error.domains) or say("none")
        raise Refusal(say("instance_missing", domain=error.domain, domains=domains)) from error


@contextmanager
def folder_refusals(folder: Path) -> Iterator[None]:
    """Turn what can go wrong when a folder is made or written to into a sentence."""
    try:
        yield
    except OSError as error:
        why = error.strerror or str(error)
        raise Refusal(say("folder_unusable", folder=folder, why=why)) from error
