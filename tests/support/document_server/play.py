"""Playing a scene at a Document Server, genuine or not, and what it told the home meanwhile.

A scene is a list of steps in words: `alice opens`, `alice types`, `bob saves`, `alice leaves`, `bob
drops` (the line is cut), `the converter crashes`, `the home is killed before it answers`. Everybody
types what `TEXTS` has next.
"""

import json
import re

from tests.support.document_server.docx import paragraphs_of

TEXTS = ("Alice was here", "Bob was here", "Alice again", "Once more")
SCENES = {
    "two people": (
        "alice opens", "bob opens", "alice types", "bob types", "alice saves", "alice saves",
        "bob types", "bob saves", "bob leaves", "alice types", "alice leaves",
    ),
    "nothing is typed": ("alice opens", "bob opens", "alice leaves", "bob leaves"),
    "a line is cut, and nobody comes back": ("alice opens", "alice types", "alice drops"),
    "a line is cut, and she comes back": (
        "alice opens", "alice types", "alice stumbles", "alice opens", "alice types",
        "alice leaves",
    ),
    "everybody leaves, and one comes back to what nobody changed": (
        "alice opens", "alice leaves", "bob opens", "alice opens", "bob types", "bob leaves",
        "alice leaves",
    ),
    "saved by the button": ("alice opens", "alice types", "alice saves", "alice leaves"),
    "the home is killed before it answers": (
        "alice opens", "alice types", "the home is killed before it answers", "alice leaves",
    ),
    "the home is killed after it stored": (
        "alice opens", "alice types", "the home is killed after it stored", "alice leaves",
    ),
    "the home stays away": (
        "alice opens", "alice types", "the home goes", "alice leaves", "the home comes back",
        "alice opens", "alice leaves",
    ),
    "the converter crashes": (
        "alice opens", "alice types", "the converter crashes", "alice saves", "alice leaves",
        "the converter works", "alice opens", "alice leaves",
    ),
    "the converter doubts what it made": (
        "alice opens", "alice types", "the converter doubts", "alice leaves",
        "the converter works", "alice opens", "alice leaves",
    ),
    "the converter makes nothing of it": (
        "alice opens", "alice types", "the converter corrupts", "alice leaves",
        "the converter works", "alice opens", "alice leaves",
    ),
}  # fmt: skip
_MODES = {"crashes": "crash", "corrupts": "corrupt", "doubts": "doubtful", "works": "ok"}


class Play:
    """One scene; `server` is the Document Server, `desk` the home with its gate."""

    def __init__(self, server, desk):
        self.server, self.desk = server, desk
        self.typed = 0

    async def run(self, steps):
        """Return what was heard with each step, and what the documents say at the end."""
        told = []
        for step in steps:
            before = len(self.desk.gate.heard)
            await self._do(step)
            await self.server.settle(self.desk.gate, step)
            told.append([step, self.desk.gate.heard[before:]])
        return {"steps": _plain(told), "texts": await self.desk.texts()}

    async def _do(self, step):
        who, _, what = step.partition(" ")
        if who != "the":
            await getattr(self, what)(who)
        elif "converter" in step:
            await self.server.conversion(_MODES[step.rpartition(" ")[2]])
        elif "killed" in step:
            self.desk.gate.kill = step.split()[4]
        elif step == "the home goes":
            self.desk.home.kill()
        else:
            self.desk.home.start()

    async def opens(self, who):
        await self.server.open(self.desk.open_url, who, self.desk.headers)

    async def types(self, who):
        self.typed += 1
        await self.server.edit(who, self.typed - 1)

    async def saves(self, who):
        await self.server.force_save(who)

    async def leaves(self, who):
        await self.server.leave(who, dropped=False)

    async def drops(self, who):
        await self.server.leave(who, dropped=True)

    stumbles = drops  # and is back before that is taken for leaving


def file_name(scene):
    """Return what the recording of a scene is called."""
    return f"{scene.replace(' ', '-').replace(',', '')}.jsonl"


def as_lines(told):
    """Return what was told in a scene as JSON: a step a line, then what the documents say."""
    return "".join(json.dumps(each) + "\n" for each in [*told["steps"], told["texts"]])


def from_lines(lines):
    """Read what `as_lines` wrote."""
    *steps, texts = map(json.loads, lines.splitlines())
    return {"steps": steps, "texts": texts}


def _plain(told):
    """Put names in the place of what differs each time, and an attempt with those it repeats."""
    names = {}
    return [{"step": step, "heard": _merged(heard, names)} for step, heard in told]


def _merged(heard, names):
    merged = []
    for each in heard:
        body = _named(each["body"], names)
        if merged and merged[-1]["body"] == body and not _is_heard(merged[-1]["answers"][-1]):
            merged[-1]["answers"].append(each["answer"])
        else:
            merged.append({"body": body, "answers": [each["answer"]]})
    return merged


def _is_heard(answer):
    return answer is not None and answer[0] == 200


def _named(body, names):
    told = dict(body)
    told["key"] = names.setdefault(body["key"], f"KEY {len(names) + 1}")
    for field in ("url", "changesurl"):
        if field in told:
            path = re.sub(r"\?.*", "", told[field])
            told[field] = names.setdefault(path, f"{field.upper()} {len(names) + 1}")
    if "lastsave" in told:
        told["lastsave"] = re.sub(r"\d", "0", told["lastsave"])
    if told.get("history"):
        told["history"] = _history(told["history"])
    return told


def _history(history):
    changes = [{**change, "created": re.sub(r"\d", "0", change["created"])} for change in
               history["changes"]]  # fmt: skip
    for change in changes:
        if "documentSha256" in change:
            change["documentSha256"] = re.sub("[0-9a-f]", "0", change["documentSha256"])
    return {"serverVersion": re.sub(r"\d+", "0", history["serverVersion"]), "changes": changes}


def texts_of(content):
    """Return the paragraphs of a document that say something."""
    return [text for text in paragraphs_of(content) if text]
