/** What the home has now, asked just before something is done to it. */
import { ask, Refused } from "../home/api.ts";
import { type Node, nodeOf } from "../replica/node.ts";

export interface Current {
  readonly node: Node;
  readonly rev: string;
  readonly trashed: boolean;
}

interface Answer {
  readonly data: {
    readonly id: string;
    readonly meta: { readonly rev: string };
    readonly attributes: {
      readonly type: string;
      readonly path?: string;
      readonly trashed?: boolean;
    };
  };
}

/** Ask for a node; undefined when there is none. Throws Refused, Unreachable. */
export async function askFor(id: string): Promise<Current | undefined> {
  try {
    const { data } = await ask<Answer>("GET", `/files/${encodeURIComponent(id)}`);
    const node = nodeOf({ ...data.attributes, _id: data.id });
    const { trashed = false, path = "" } = data.attributes;
    const lies = trashed || path.startsWith("/.cozy_trash/");
    return node && { node, rev: data.meta.rev, trashed: lies };
  } catch (error) {
    if (error instanceof Refused && error.status === 404) return undefined;
    throw error;
  }
}
