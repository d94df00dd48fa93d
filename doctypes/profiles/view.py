"""What a device sees, decided: a predicate on where something lies and what it is.

A profile names directories by their ids; here they are paths, so that nothing has to be asked. A
view is a value: it can be written down, and says later what it showed then.
"""

from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

import msgspec

from doctypes.files.names import composed
from doctypes.files.paths import ROOT_PATH, is_below, names_of
from doctypes.profiles.patterns import matches


@dataclass(frozen=True, slots=True)
class Item:
    """Something that is shown or not: its path, and of a file its size in bytes and its types."""

    path: str
    is_directory: bool = False
    size: int = 0
    mime: str = ""
    file_class: str = ""


class Clause(msgspec.Struct, frozen=True, omit_defaults=True):
    """A rule whose place is a path.

    With `known`, it takes in what lies in directories directly in the place that are none of these
    (paths), and these directories; else what the conditions say.
    """

    place: str
    shows: bool
    glob: str = ""
    min_size: int = 0
    max_size: int | None = None
    types: tuple[str, ...] = ()
    known: tuple[str, ...] | None = None

    @property
    def is_of_files(self) -> bool:
        """Tell whether it asks for what only files have."""
        return bool(self.min_size or self.types) or self.max_size is not None

    @property
    def is_plain(self) -> bool:
        """Tell whether it takes in all below its place."""
        return not (self.glob or self.is_of_files) and self.known is None

    def takes_in(self, item: Item, *, perhaps: bool = False) -> bool:
        """Tell whether it decides on something.

        `perhaps` asks whether it could, were the file of another size or type. Directories are
        never hidden by what only files have; what shows some of their files shows them.
        """
        if not is_below(item.path, self.place):
            return False
        if self.known is not None:
            return self._is_new(item)
        if item.is_directory and (self.glob or self.is_of_files) and self.shows:
            return True
        if self.glob and not matches(self.glob, _below(item.path, self.place)):
            return False
        return not self.is_of_files or (not item.is_directory and (perhaps or self._fits(item)))

    def _fits(self, item: Item) -> bool:
        if item.size < self.min_size or (self.max_size is not None and item.size > self.max_size):
            return False
        return not self.types or any(
            one in (item.file_class, item.mime)
            or (one.endswith("/*") and item.mime.startswith(one[:-1]))
            for one in self.types
        )

    def _is_new(self, item: Item) -> bool:
        names = _below(item.path, self.place)
        if not names or (len(names) == 1 and not item.is_directory):
            return False
        top = "/".join(("" if self.place == ROOT_PATH else self.place, names[0]))
        return top not in (self.known or ())


def _below(path: str, place: str) -> tuple[str, ...]:
    return tuple(names_of(path)[len(names_of(place)) :])


class View(msgspec.Struct, frozen=True, omit_defaults=True, dict=True):
    """Clauses, of which the first that takes something in decides; `shows_rest` where none does."""

    clauses: tuple[Clause, ...] = ()
    shows_rest: bool = True

    @property
    def is_everything(self) -> bool:
        """Tell whether it hides nothing."""
        return self.shows_rest and all(clause.shows for clause in self.clauses)

    def shows(self, item: Item) -> bool:
        """Tell whether something is seen: itself, or as a directory on the way to what is."""
        item = _composed(item)
        return self._decides(item) or (item.is_directory and self.leads_on(item.path))

    def may_have_shown(self, path: str) -> bool:
        """Tell whether a file could be seen at a path, were it of some size and type."""
        item = _composed(Item(path))
        for clause in self.clauses:
            if clause.is_of_files and not clause.shows:
                continue
            if clause.takes_in(item, perhaps=True):
                return clause.shows
        return self.shows_rest

    def leads_on(self, path: str) -> bool:
        """Tell whether a directory lies above something that a clause shows; the root always."""
        path = composed(path)
        return path == ROOT_PATH or any(
            place != path and is_below(place, path) for place in self._open
        )

    def below(self, path: str) -> bool | None:
        """Tell whether all below a directory that is seen is, or nothing is; None: it depends."""
        path = composed(path)
        if any(clause.place != path and is_below(clause.place, path) for clause in self.clauses):
            return None
        for clause in self.clauses:
            if is_below(path, clause.place):
                return clause.shows if clause.is_plain else None
        return self.shows_rest

    def with_new_folders(self) -> "View":
        """Return the view as it would be, were all folders known where only known ones are seen."""
        return View(tuple(c for c in self.clauses if c.known is None), self.shows_rest)

    def fingerprint(self, path: str = ROOT_PATH) -> str:
        """Return what tells two views apart by what they show below a directory."""
        path = composed(path)
        near = [c for c in self.clauses if is_below(c.place, path) or is_below(path, c.place)]
        said = msgspec.json.encode((near, self.shows_rest))
        return blake2b(said, digest_size=8).hexdigest()

    def _decides(self, item: Item) -> bool:
        if item.path == ROOT_PATH:
            return True
        for clause in self.clauses:
            if clause.takes_in(item):
                return clause.shows
        return self.shows_rest

    @cached_property
    def _open(self) -> tuple[str, ...]:
        """The places that are shown, wherever they lie: what is above them leads there."""
        places = [clause.place for clause in self.clauses if clause.shows]
        return tuple(place for place in places if self._decides(Item(place, is_directory=True)))


WHOLE = View()


def _composed(item: Item) -> Item:
    if item.path.isascii():
        return item
    return Item(composed(item.path), item.is_directory, item.size, item.mime, item.file_class)
