/** What the window over a list is about. */
import type { Node } from "../replica/node.ts";

export type Asked =
  | {
      readonly what: "menu" | "rename" | "tags" | "share" | "details" | "rewind" | "view";
      readonly node: Node;
    }
  | { readonly what: "move" | "destroy"; readonly nodes: readonly Node[] };
