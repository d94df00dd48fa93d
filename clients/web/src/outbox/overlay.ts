/** What a node looks like once everything that waits has been done: pure. */
import { type Node, TRASH } from "../replica/node.ts";
import type { Operation, Waiting } from "./operation.ts";

/**
 * Return a node with the operations on it applied in their order; undefined when they destroy it, or
 * when there is none. An operation in trouble is not applied: the home's side is shown.
 */
export function overlaid(node: Node | undefined, waiting: readonly Waiting[]): Node | undefined {
  let shown = node;
  for (const { operation, trouble } of waiting) {
    if (!trouble) shown = applied(shown, operation);
  }
  return shown;
}

function applied(node: Node | undefined, operation: Operation): Node | undefined {
  switch (operation.kind) {
    case "make":
      return node ?? fresh(operation.id, "directory", operation.parent, operation.name);
    case "upload":
      return (
        node ?? {
          ...fresh(operation.id, "file", operation.parent, operation.name),
          size: operation.size,
          mime: operation.mime,
          class: operation.mime.split("/")[0] ?? "",
          updatedAt: operation.updatedAt,
          takenAt: operation.updatedAt,
        }
      );
    case "rename":
      return node && { ...node, name: operation.to };
    case "move":
      return node && { ...node, parent: operation.to };
    case "trash":
      return node && { ...node, parent: TRASH };
    case "restore":
      return node; // only the home knows where it was
    case "destroy":
      return undefined;
    case "tags":
      return node && { ...node, tags: operation.to };
    case "favourite":
      return node && { ...node, favourite: operation.to };
  }
}

function fresh(id: string, kind: Node["kind"], parent: string, name: string): Node {
  return {
    id,
    kind,
    name,
    parent,
    size: 0,
    mime: "",
    class: "",
    md5: "",
    updatedAt: "",
    takenAt: "",
    tags: [],
    favourite: false,
    waiting: true,
  };
}
