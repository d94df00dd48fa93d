"""What content says of itself, found before its document is written, for every door that takes any.

A document is written once: a client that just put a file must not find it changed by us.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime

from doctypes.files.facts import FileSaid
from doctypes.files.mime import class_of, mime_of
from replication.blobs.protocol import StagedBlob
from server.instances.instance import Instance
from server.media.media import Media

Describe = Callable[[StagedBlob, str, str | None], Awaitable[FileSaid]]
"""Looks into staged content, by its name and the media type that was said of it."""


def describer(media: Media, instance: Instance) -> Describe:
    """Return what looks into content of a home. A photograph was made when it was taken."""

    async def describe(staged: StagedBlob, name: str, mime: str | None) -> FileSaid:
        file_class = class_of(mime_of(name, mime))
        if file_class != "image":
            return {}
        await staged.commit()
        facts = await media.facts(instance, staged.digest, file_class)
        if not facts:
            return {}
        said: FileSaid = {"metadata": facts}
        if "datetime" in facts:
            said["created_at"] = datetime.fromisoformat(facts["datetime"])
        return said

    return describe
