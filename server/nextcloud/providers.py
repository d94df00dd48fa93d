"""The dialect's properties as the library takes them, with what they need looked up by the page."""

from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element

from doctypes.files.file_tree import FileTree
from doctypes.files.node import DOCTYPE, Directory, File, Node
from replication.store.protocol import DocumentStore
from server.nextcloud.folder_sizes import FolderSizes
from server.nextcloud.properties import FAVORITE, TEXTS, Facts, Home, Text, Trashed
from server.permissions.permission import SHARE, permissions_of
from webdav.model.errors import Unprocessable
from webdav.model.extension import PropertyProvider
from webdav.model.path import Path
from webdav.model.property import LiveProperty, Surroundings
from webdav.model.resource import Located, Resource

_TRUE, _FALSE = frozenset({"1", "true", "yes"}), frozenset({"0", "false", "no", ""})
_NO_FACTS = Facts()


class Provider:
    """The properties of one namespace."""

    def __init__(
        self,
        tree: FileTree,
        store: DocumentStore,
        sizes: FolderSizes,
        texts: tuple[str, str, Mapping[str, Text], Home],
    ) -> None:
        self._tree = tree
        self._store = store
        self._sizes = sizes
        self.prefix, self.namespace, known, self._home = texts
        self.properties = {
            live.name: live for live in (self._live(local, text) for local, text in known.items())
        }
        self._sized = f"{{{self.namespace}}}size"
        self._shared = f"{{{self.namespace}}}share-types"

    def _live(self, local: str, text: Text) -> LiveProperty:
        tag, home, namespace = f"{self.prefix}:{local}", self._home, self.namespace

        def render(resource: Resource, _path: Path, around: Surroundings) -> str | None:
            node = resource.handle
            if not isinstance(node, File | Directory):
                return None
            facts = around.fact(namespace, resource)
            inner = text(node, facts if isinstance(facts, Facts) else _NO_FACTS, home)
            if inner is None:
                return None
            return f"<{tag}>{inner}</{tag}>" if inner else f"<{tag}/>"

        name = f"{{{namespace}}}{local}"
        accept = read_favorite if name == FAVORITE else None
        return LiveProperty(name, render, in_allprop=False, accept=accept)

    async def gather(
        self, resources: Sequence[Located], asked: frozenset[str]
    ) -> Mapping[str, object]:
        """Count what directories hold, and look for links, where that is asked for."""
        nodes = [located.resource.handle for located in resources]
        sizes: dict[str, int] = {}
        if self._sized in asked:
            view = self._home.view
            directories = [
                node
                for node in nodes
                if isinstance(node, Directory)
                if view.is_everything or view.below(node.path)  # or it would tell of what is hidden
            ]
            counted = await self._sizes.of(self._tree, directories)
            sizes = {node.id: size for node, size in zip(directories, counted, strict=True)}
        shared = await shared_nodes(self._store) if self._shared in asked else frozenset[str]()
        found: dict[str, object] = {}
        for located, node in zip(resources, nodes, strict=True):
            if isinstance(node, File | Directory):
                trashed = await self.trashed(located.path, node, asked)
                found[node.id] = Facts(sizes.get(node.id), node.id in shared, trashed)
        return found

    async def trashed(self, path: Path, node: Node, asked: frozenset[str]) -> Trashed | None:
        """Return what the trash knows of a node; nothing where nothing is in it."""
        del path, node, asked
        return None


def read_favorite(element: Element | None) -> object:
    """Read what PROPPATCH sets `oc:favorite` to. Raises Unprocessable."""
    word = "" if element is None else (element.text or "").strip().lower()
    if word not in _TRUE | _FALSE:
        raise Unprocessable("oc:favorite is 1 or 0")
    return word in _TRUE


async def shared_nodes(store: DocumentStore) -> frozenset[str]:
    """Return the ids of the files and directories that links name one by one."""
    found: set[str] = set()
    async for kept in permissions_of(store).all():
        if kept.value.type == SHARE:
            for rule in kept.value.permissions.values():
                if isinstance(rule, dict) and rule.get("type") == DOCTYPE:
                    found.update(rule.get("values") or ())
    return frozenset(found)


def providers(
    tree: FileTree, store: DocumentStore, sizes: FolderSizes, home: Home
) -> list[PropertyProvider]:
    """Return the properties of all namespaces of the dialect."""
    return [Provider(tree, store, sizes, (*texts, home)) for texts in TEXTS]
