"""A database's changes as a Mango selector lets them through, each leaf judged by itself."""

from collections.abc import Mapping

import msgspec

from replication.core.errors import Invalid
from replication.query.matching import matcher
from replication.query.selector import parse_selector
from replication.store.protocol import Database
from replication.wire.document_json import render_document
from server.data.judged_changes import JudgedChanges, in_a_thread


def selected_changes(database: Database, selector: Mapping[str, object]) -> JudgedChanges:
    """Return the changes that the selector accepts. Raises Invalid for what is no selector."""
    try:
        matches = matcher(parse_selector(selector))
    except Invalid as error:
        raise Invalid("bad_request", error.reason) from None
    judge = in_a_thread(lambda found: matches(msgspec.json.decode(render_document(found))))
    return JudgedChanges(database, judge, every_leaf=True)
