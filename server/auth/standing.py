"""What a decision about a request rested on, so that it can be told whether it still stands."""

from collections.abc import Callable


class Standing:
    """Facts, each with what it was when the decision began: before, or a change would be missed."""

    def __init__(self) -> None:
        self._facts: list[tuple[Callable[[], object], object]] = []

    def rests_on(self, read: Callable[[], object]) -> None:
        """Note a fact as it is now. `read` must not wait; it raises what `read` raises."""
        self._facts.append((read, read()))

    def holds(self) -> bool:
        """Tell whether all facts are as they were. Raises what reading one raises."""
        return all(read() == was for read, was in self._facts)
