/** Whether what waits can be done now, or somebody else was there before: pure. */
import { type Node, TRASH } from "../replica/node.ts";
import type { Operation, Trouble } from "./operation.ts";

export type Decision = { readonly do: "send" } | { readonly do: "drop" } | { readonly do: "ask"; readonly trouble: Trouble };

const SEND: Decision = { do: "send" };
const DROP: Decision = { do: "drop" };
const ABOUT_TRASH: ReadonlySet<Operation["kind"]> = new Set(["trash", "restore", "destroy"]);

/**
 * Decide on an operation, given the node as the home has it now.
 *
 * Two changes of different things are both kept. Two of the same thing are one (they agree), or the
 * owner is asked, who sees both sides: nothing is overwritten in silence.
 */
export function decide(operation: Operation, current: Node | undefined, trashed: boolean): Decision {
  if (operation.kind === "make" || operation.kind === "upload") return SEND;
  if (!current) return isRemoval(operation) ? DROP : { do: "ask", trouble: { kind: "gone" } };
  if (trashed && !ABOUT_TRASH.has(operation.kind)) {
    return { do: "ask", trouble: { kind: "trashed" } };
  }
  switch (operation.kind) {
    case "rename":
      if (current.name === operation.to) return DROP;
      return current.name === operation.from
        ? SEND
        : { do: "ask", trouble: { kind: "renamed", theirs: current.name } };
    case "move":
      if (current.parent === operation.to) return DROP;
      return current.parent === operation.from
        ? SEND
        : { do: "ask", trouble: { kind: "moved", theirs: current.parent } };
    case "trash":
      if (trashed || current.parent === TRASH) return DROP;
      // Without a content it was thrown away here before its own upload had come to the home.
      return operation.md5 === "" || current.md5 === operation.md5
        ? SEND
        : { do: "ask", trouble: { kind: "changed", md5: current.md5 } };
    case "restore":
      return trashed ? SEND : DROP;
    case "destroy":
      return trashed ? SEND : { do: "ask", trouble: { kind: "moved", theirs: current.parent } };
    case "tags":
      return same(mergedTags(operation.from, operation.to, current.tags), current.tags)
        ? DROP
        : SEND;
    case "favourite":
      return current.favourite === operation.to ? DROP : SEND;
  }
}

/** Base an operation on what the home was found to have, for the owner who saw that and insists. */
export function insisting(operation: Operation, trouble: Trouble): Operation {
  if (operation.kind === "rename" && trouble.kind === "renamed") {
    return { ...operation, from: trouble.theirs };
  }
  if (operation.kind === "move" && trouble.kind === "moved") {
    return { ...operation, from: trouble.theirs };
  }
  if (operation.kind === "trash" && trouble.kind === "changed") {
    return { ...operation, md5: trouble.md5 };
  }
  return operation;
}

/** Merge tags: what was added here and what was added there stay, what either took away goes. */
export function mergedTags(
  from: readonly string[],
  to: readonly string[],
  theirs: readonly string[],
): string[] {
  const removed = new Set(from.filter((tag) => !to.includes(tag)));
  const kept = theirs.filter((tag) => !removed.has(tag));
  const added = to.filter((tag) => !from.includes(tag) && !kept.includes(tag));
  return [...kept, ...added];
}

function isRemoval(operation: Operation): boolean {
  return operation.kind === "trash" || operation.kind === "destroy";
}

function same(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((tag) => other.includes(tag));
}
