"""A Document Server in memory, as far as what it keeps and what it forgets (office.md 1.4).

Documents are lines of text. It knows nothing of the host's code: what it is answered decides what
it forgets, as with the real one.
"""

from dataclasses import dataclass, field

RETRIES = 3


@dataclass
class Document:
    """One key: what it was opened with, and what was typed since, by whom."""

    content: list[str]
    users: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    last_user: str = ""
    saves: int = 0

    @property
    def lines(self):
        return [*self.content, *self.changes]


class Lost(Exception):
    """The host gave no answer."""


class EditorModel:
    """`report(key, status, url, users)` is the host's door: 0 or 1 as answered, or raises Lost."""

    def __init__(self, report):
        self._report = report
        self.live, self.forgotten, self.urls, self.burnt = {}, {}, {}, set()

    async def open(self, key, user, content):
        """Let somebody in; False when the key's final save is stored."""
        if key in self.burnt:
            return False
        document = self.live.get(key)
        if document is None:
            kept = self.forgotten.get(key)
            document = self.live[key] = Document(kept or content.split("\n"))
            document.reopened = kept is not None
        document.users.append(user)
        document.last_user = document.last_user or user
        await self._told(key, 1, None, document.users)
        return True

    def edit(self, key, user, text):
        document = self.live[key]
        document.changes.append(text)
        document.last_user = user

    async def force_save(self, key, user):
        """Save while editing goes on: asked once, whatever the answer."""
        document = self.live[key]
        if document.changes:
            await self._told(key, 6, self._offer(key, document), [user])

    async def leave(self, key, user, *, converts=True):
        """Close one editor; the last one's leaving saves, or keeps where it cannot."""
        document = self.live[key]
        document.users.remove(user)
        if document.users:
            await self._told(key, 1, None, document.users)
        elif not document.changes and not getattr(document, "reopened", False):
            await self._told(key, 4, None, [])
        elif not converts:
            if await self._told(key, 3, None, [document.last_user]) == 0:
                document.changes.clear()
        else:
            await self._final(key, document)

    async def _final(self, key, document):
        url, answer = self._offer(key, document), None
        for _ in range(1 + RETRIES):
            answer = await self._told(key, 2, url, [document.last_user])
            if answer is not None:
                break
        del self.live[key]
        if answer == 0:
            self.forgotten.pop(key, None)
            self.burnt.add(key)
        else:
            self.forgotten[key] = document.lines

    def _offer(self, key, document):
        document.saves += 1
        url = f"http://office.example/{key}_{document.saves}/{len(self.urls)}/output.txt"
        self.urls[url] = "\n".join(document.lines)
        return url

    async def _told(self, key, status, url, users):
        """Return 0 or 1 as the host answered; None where there was no answer, or 503."""
        try:
            return await self._report(key, status, url, tuple(users))
        except Lost:
            return None

    def lines(self):
        """All that is still here."""
        found = set()
        for document in self.live.values():
            found.update(document.lines)
        for lines in self.forgotten.values():
            found.update(lines)
        return found
