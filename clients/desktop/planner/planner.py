"""From what differs to what can be done about it now.

A plan's steps are good in their order. Those who ask carry them out, look again, and
plan again, until nothing is left: what has to come later is not in a plan, it is found by a later
one.
"""

from collections import defaultdict, deque
from dataclasses import dataclass

from clients.desktop.home.port import Gone, RemoteNode
from clients.desktop.planner.arriving import arrive_at_home, arrive_on_disk
from clients.desktop.planner.cycles import break_rings
from clients.desktop.planner.draft import Draft, Pair, Rules
from clients.desktop.planner.ignored import is_left_alone
from clients.desktop.planner.leaving import leave_disk, leave_home
from clients.desktop.planner.operation import Blocked, Forget, Step, Subject
from clients.desktop.planner.pairs import settle_pair
from clients.desktop.trees.trees import Trees


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do, who is blocked, and who was found equal and need not be looked at again."""

    steps: tuple[Step, ...]
    blocked: tuple[Blocked, ...]
    equal_ids: frozenset[str]
    equal_keys: frozenset[int]


def plan(trees: Trees, rules: Rules) -> Plan:
    """Decide on what the trees suspect of differing. Changes nothing."""
    draft = Draft(trees, rules)
    ids, keys = frozenset(trees.suspects.ids), frozenset(trees.suspects.keys)
    for node_id in sorted(ids):
        if draft.is_busy(node_id):
            draft.wait(node_id)
        else:
            _settle_id(draft, node_id)
    for key in sorted(keys):
        if draft.is_busy(key):
            draft.wait(key)
        else:
            _settle_key(draft, key)
    _follow(draft)
    break_rings(draft)
    return Plan(
        *(tuple(draft.steps), tuple(draft.blocked)),
        equal_ids=ids - draft.unsettled,
        equal_keys=keys - draft.unsettled,
    )


def _follow(draft: Draft) -> None:
    """Decide again on those who wait for what is freed: a row of files that move up is one plan."""
    waiting: dict[Subject, list[Subject]] = defaultdict(list)
    for waits in (draft.waits_on_disk, draft.waits_at_home):
        for subject, others in waits.items():
            for other in others:
                waiting[other].append(subject)
    freed = deque(sorted(draft.freed_on_disk | draft.freed_at_home, key=str))
    while freed:
        for subject in waiting.pop(freed.popleft(), ()):
            if draft.is_busy(subject):
                continue
            draft.waits_on_disk.pop(subject, None)
            draft.waits_at_home.pop(subject, None)
            _settle(draft, subject)
            if draft.is_freed(subject):
                freed.append(subject)


def _settle(draft: Draft, subject: Subject) -> None:
    if isinstance(subject, str):
        _settle_id(draft, subject)
    else:
        _settle_key(draft, subject)


def _settle_id(draft: Draft, node_id: str) -> None:
    remote, synced = draft.trees.remote.get(node_id), draft.trees.synced.get(node_id)
    if synced is None:
        if isinstance(remote, RemoteNode) and not is_left_alone(draft, remote):
            arrive_on_disk(draft, remote)
        return
    local = draft.trees.local.get(synced.key)
    if isinstance(remote, RemoteNode):
        if local is None:
            leave_home(draft, synced, remote)
        else:
            settle_pair(draft, Pair(synced, remote, local))
    elif local is None:
        draft.add(node_id, Forget(node_id))
    else:
        leave_disk(draft, synced, remote or Gone(node_id), local)


def _settle_key(draft: Draft, key: int) -> None:
    local = draft.trees.local.get(key)
    if local is not None and draft.trees.synced.of(key) is None:
        arrive_at_home(draft, local)
