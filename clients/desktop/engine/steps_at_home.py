"""Steps that change the home, without a content. All raise what the home raises, and Outdated."""

from clients.desktop.engine.sides import Sides
from clients.desktop.home.port import Gone
from clients.desktop.planner.operation import MakeAtHome, MarkAtHome, MoveAtHome, Trash
from clients.desktop.trees.local_tree import Offer


async def make_at_home(sides: Sides, step: MakeAtHome) -> None:
    """Make a directory as the disk has it."""
    local = sides.local(step.key)
    offer = Offer(step.parent_id, step.name)
    with sides.creation(offer), sides.offering(local, offer):
        remote = await sides.home.make_directory(step.parent_id, step.name)
        sides.note_created(remote, local)


async def move_at_home(sides: Sides, step: MoveAtHome) -> None:
    """Give a node the place that it has on the disk, or one where it is not in the way."""
    known = sides.remote(step.id)
    key = sides.trees.key_of(step.id)
    local = None if key is None else sides.local(key)
    remote = await sides.home.move(step.id, known.revision, step.parent_id, step.name)
    with sides.trees.transaction():
        sides.trees.told(remote)
        if local is not None and not step.parks:
            sides.trees.agree_place(remote, local)


async def mark_at_home(sides: Sides, step: MarkAtHome) -> None:
    """Let a file be run, or not."""
    known, wanted = sides.remote(step.id), sides.local(step.key).entry.executable
    home = sides.home
    remote = await home.set_executable(step.id, known.revision, executable=wanted)
    with sides.trees.transaction():
        sides.trees.told(remote)
        sides.trees.agree_mark(step.id, executable=wanted)


async def trash(sides: Sides, step: Trash) -> None:
    """Throw a node away, with what is in it."""
    known = sides.remote(step.id)
    await sides.home.trash(step.id, known.revision)
    with sides.trees.transaction():
        sides.trees.gone(Gone(step.id, trashed=True))
