"""How far bytes have come, in a bar."""

from types import TracebackType
from typing import Any, Self

import click

_WIDTH = 24


class ByteBar:
    """Draws itself when the first bytes are told."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._bar: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.render_finish()

    def __call__(self, more: int, total: int) -> None:
        """Take note of more bytes, of about so many."""
        if self._bar is None:
            self._bar = click.progressbar(length=total, label=self._label, width=_WIDTH)
        self._bar.update(more)
