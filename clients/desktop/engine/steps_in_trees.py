"""Steps that change neither side: what is known to be equal is noted."""

from clients.desktop.engine.sides import Sides
from clients.desktop.planner.operation import Agree, Aspect, Forget, Join


async def join(sides: Sides, step: Join) -> None:
    """Note that a node of the home and one of the disk are one."""
    remote, local = sides.remote(step.id), sides.local(step.key)
    with sides.trees.transaction():
        if step.is_ours:
            sides.trees.adopt(remote, local)
        else:
            sides.trees.join(remote, local)


async def agree(sides: Sides, step: Agree) -> None:
    """Note that both sides came to the same by themselves."""
    remote, trees = sides.remote(step.id), sides.trees
    key = trees.key_of(step.id)
    with trees.transaction():
        if step.aspect is Aspect.CONTENT:
            trees.agree_content(step.id, remote.content)
        elif step.aspect is Aspect.MARK:
            trees.agree_mark(step.id, executable=remote.executable)
        elif key is not None:
            trees.agree_place(remote, sides.local(key))


async def forget(sides: Sides, step: Forget) -> None:
    """Note that what was one node is not any more."""
    with sides.trees.transaction():
        sides.trees.forget(step.id)
