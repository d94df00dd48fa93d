"""Two people at a Document Server in its own process, and all that may happen meanwhile.

Each scenario is a random walk from a seed. What it holds to: each change that was typed is in a
file, or with the editor, unless a person took it away on purpose; and whatever is with the editor
alone, though nobody edits, was refused aloud.
"""

import os
import random
from contextlib import suppress

import pytest

from doctypes.files.errors import FileTreeError
from tests.support.document_server.desk import SECRET, desk_at
from tests.support.document_server.docx import new_docx, paragraphs_of
from tests.support.document_server.driver import Refusal, document_server

SCENARIOS = int(os.environ.get("FOYER_TESTS_INTERLEAVINGS", "30"))
SEED = int(os.environ.get("FOYER_TESTS_SEED", "20261127"))
STEPS = 14
AT_ONE_SERVER = 25
FAULTS = ("503", "400", "truncated", "ok_page", "empty", "redirect")
PEOPLE = ("alice", "bob")


class Walk:
    """One scenario at a desk; `owed` are the texts that must be somewhere."""

    def __init__(self, desk, number):
        self.desk, self.number = desk, number
        self.chance = random.Random(f"{SEED} {number}")
        self.owed, self.there, self.counted = set(), {}, 0
        self.file, self.to_lose = None, 0
        enter = desk.host._enter

        async def losing(request, handler):
            response = await enter(request, handler)
            if self.to_lose and request.path == "/office/callback":
                self.to_lose -= 1
                request.transport.abort()  # what was done stays done, and nobody hears of it
            return response

        desk.host._enter = losing

    def text(self, who):
        self.counted += 1
        return f"{who} {self.number}.{self.counted}"

    async def begin(self):
        text = self.text("first")
        self.file = await self.desk.host.put(f"letter {self.number}.docx", new_docx(text))
        self.owed.add(text)

    async def stored(self):
        return {text for texts in (await self.desk.texts()).values() for text in texts}

    async def excused(self, action):
        """Do what takes something away on purpose: it is owed no more."""
        before = await self.stored()
        with suppress(FileTreeError):
            await action
        self.owed -= before - await self.stored()

    async def step(self):
        verbs = [self.edit] * 4 + [self.leave] * 3 + [self.force, self.outside, self.outside]
        await self.chance.choice([*verbs, self.fault, self.fault, self.restart, self.lose])()

    async def edit(self):
        who = self.chance.choice(PEOPLE)
        if who not in self.there:
            try:
                opened = await self.desk.double.open(self.desk.host.open_url(self.file), who)
            except Refusal:
                return
            self.there[who] = opened["key"]
        text = self.text(who)
        await self.desk.double.edit(self.there[who], text, who)
        self.owed.add(text)

    async def leave(self):
        if self.there:
            who = self.chance.choice(sorted(self.there))
            await self.desk.double.leave(self.there.pop(who), who)

    async def force(self):
        if self.there:
            who = self.chance.choice(sorted(self.there))
            await self.desk.double.force_save(self.there[who], who)

    async def outside(self):
        files, file = self.desk.host.files, self.file
        what = self.chance.choice(("write", "write", "move", "trash", "restore", "destroy"))
        if what == "write":
            text = self.text("outside")
            await self.excused(self.desk.host.overwrite(file, new_docx(text)))
            if text in await self.stored():
                self.owed.add(text)
        elif what == "destroy" and self.chance.random() < 0.3:
            await self.excused(files.destroy(file.id))
        elif what == "move":
            with suppress(FileTreeError):
                node = await files.get(file.id)
                await files.move(file.id, node.dir_id, f"moved {self.text('to')}.docx")
        else:
            with suppress(FileTreeError):
                await (files.trash if what == "trash" else files.restore)(file.id)

    async def fault(self):
        count = self.chance.choice((1, 1, 2, 8))
        conversion = self.chance.choice(("ok", "ok", "ok", "crash", "doubtful"))
        faults = [self.chance.choice(FAULTS) for _ in range(count)]
        await self.desk.double.modes(faults=faults, conversion=conversion)

    async def restart(self):
        port = self.desk.host.port
        await self.desk.host.stop()
        if self.chance.random() < 0.5:  # somebody closes while the home is down
            await self.leave()
        await self.desk.host.start(port)

    async def lose(self):
        self.to_lose = self.chance.choice((1, 1, 4))

    async def check(self):
        log = await self.desk.double.log()
        unsaved = {text for texts in log["unsaved"].values() for text in texts}
        missing = self.owed - await self.stored() - unsaved
        if missing:
            await self.desk.double.modes(faults=[])  # they would meet this look
        for key in await self.desk.double.forgotten() if missing else ():
            missing -= set(paragraphs_of(await self.desk.double.forgotten_bytes(key)))
        assert not missing, (self.number, missing)

    async def end(self):
        self.to_lose = 0
        await self.desk.double.modes(faults=[], conversion="ok")
        while self.there:
            await self.leave()
        await self.check()


async def walked(first, last):
    with document_server(SECRET, scale=0.002) as address:
        for number in range(first, last):
            async with desk_at(address) as desk:
                walk = Walk(desk, number)
                await walk.begin()
                for _ in range(STEPS):
                    await walk.step()
                    await walk.check()
                await walk.end()


@pytest.mark.timeout(7200)
async def test_no_change_is_lost_whatever_the_order():
    for first in range(0, SCENARIOS, AT_ONE_SERVER):
        await walked(first, min(first + AT_ONE_SERVER, SCENARIOS))
