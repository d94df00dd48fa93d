"""A design document is looked at before it is written: its form, and whether its views compile."""

from collections.abc import Sequence
from typing import Any

from replication.core.document import DESIGN_PREFIX, Edit
from replication.core.errors import Invalid, Refused, ReplicationError
from replication.index.reducers import built_in
from replication.wire.document_json import encode
from server.functions.design import JAVASCRIPT, Design
from server.functions.design_form import check_form
from server.functions.design_functions import DesignFunctions

_NAMELESS = "unsaved"


async def faults(functions: DesignFunctions, edits: Sequence[Edit]) -> dict[int, ReplicationError]:
    """Return what is wrong with design documents that somebody writes, by their places.

    Replicated ones are taken as they are: refused, they would let replicas part in silence.
    """
    found: dict[int, ReplicationError] = {}
    for place, edit in enumerate(edits):
        written = edit.history is None and not edit.deleted
        if written and edit.document_id.startswith(DESIGN_PREFIX):
            try:
                await _check(functions, edit)
            except Invalid as fault:
                found[place] = fault
    return found


async def _check(functions: DesignFunctions, edit: Edit) -> None:
    members = check_form(edit.body)
    views: dict[str, Any] = members.get("views") or {}
    if members.get("language", JAVASCRIPT) != JAVASCRIPT:
        return  # it may be meant for another server
    # a key of its own, so that a rejected revision is never taken for one that is stored
    key = f"{_NAMELESS}/{edit.document_id}/{hash(edit.body):x}"
    document = encode({"_id": edit.document_id})[:-1] + b"," + edit.body[1:]
    design = Design(key, document if members else b"{}", JAVASCRIPT)
    for name, view in views.items():
        if name == "lib":
            continue
        await _compile(functions, design, name, "map")
        if view.get("reduce") and built_in(view["reduce"]) is None:
            await _compile(functions, design, name, "reduce")


async def _compile(functions: DesignFunctions, design: Design, view: str, kind: str) -> None:
    try:
        await functions.check(design, ("views", view, kind))
    except Refused as refused:
        reason = f"Compilation of the {kind} function in the '{view}' view failed: {refused.reason}"
        raise Invalid("compilation_error", reason) from None
