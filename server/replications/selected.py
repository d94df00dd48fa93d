"""A database's changes as a Mango selector lets them through, each leaf judged by itself."""

from collections.abc import Mapping

from replication.store.protocol import Database
from server.data.filters import selector_judge
from server.data.judged_changes import JudgedChanges
from server.functions.design_functions import DesignFunctions


def selected_changes(
    database: Database, selector: Mapping[str, object], functions: DesignFunctions
) -> JudgedChanges:
    """Return the changes that the selector accepts. Raises Invalid for what is no selector.

    Reading them raises Refused when a regular expression of the selector does not come to an end.
    """
    return JudgedChanges(database, selector_judge(selector, functions), every_leaf=True)
