"""Filters that are functions of design documents: found, compiled, and asked."""

from collections.abc import Sequence

from replication.core.document import StoredRevision
from replication.core.errors import Invalid
from replication.store.protocol import Database
from replication.wire.document_json import Shown, render_document
from server.data.found_design import found_design
from server.data.judged_changes import Judge
from server.functions.design_functions import DesignFunctions

_SHOWN = Shown(revisions=True)


async def function_judge(
    functions: DesignFunctions, database: Database, name: str, asked: bytes
) -> Judge:
    """Return the judge that a filter function, named `design/function`, is.

    `asked` is the request object that it gets, in JSON. Raises Invalid for another form of name,
    DocumentMissing, and Refused when there is no such function or it cannot be compiled.
    """
    design_name, filter_name = _two_names(
        name, "`filter` must be of the form `designname/filtername`"
    )
    design = await found_design(database, design_name, ("filters", filter_name))
    await functions.check(design, ("filters", filter_name))

    async def judge(revisions: Sequence[StoredRevision]) -> list[bool]:
        return await functions.filter(design, filter_name, _documents(revisions), asked)

    return judge


async def view_judge(functions: DesignFunctions, database: Database, name: str) -> Judge:
    """Return the judge that lets pass what the map function of `design/view` emits something for.

    Raises as `function_judge` does.
    """
    if not name:
        raise Invalid("bad_request", "`view` filter parameter is not provided.")
    design_name, view = _two_names(name, "`view` must be of the form `designname/viewname`")
    design = await found_design(database, design_name, ("views", view))
    await functions.check(design, ("views", view, "map"))

    async def judge(revisions: Sequence[StoredRevision]) -> list[bool]:
        return await functions.emits(design, view, _documents(revisions))

    return judge


def _documents(revisions: Sequence[StoredRevision]) -> list[bytes]:
    return [render_document(revision, _SHOWN) for revision in revisions]


def _two_names(name: str, otherwise: str) -> tuple[str, str]:
    parts = [part for part in name.split("/") if part]
    if len(parts) != 2:  # noqa: PLR2004  # as the sentence says
        raise Invalid("bad_request", otherwise)
    return parts[0], parts[1]
