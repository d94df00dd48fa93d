/** The small picture of a file, or its icon. */
import { useLayoutEffect, useState } from "preact/hooks";
import type { Node } from "../replica/node.ts";
import { Icon, iconOf } from "./icon.tsx";
import { keyOf, pictureOf, type Size } from "./pictures.ts";

const GLANCE = 60;
const MOST_DRAWN = 600;

export function Thumbnail({ node, size = "tiny" }: { node: Node; size?: Size }) {
  const key = keyOf(node, size);
  const [, drawAgain] = useState(0);
  useLayoutEffect(() => {
    if (!key || drawn.has(key)) return undefined;
    return wish({ node, size, key, found: () => drawAgain((times) => times + 1) });
  }, [key]);
  const source = drawn.get(key);
  return (
    <span class={`picture ${node.kind}`}>
      {source ? <img key={source} src={source} alt="" /> : <Icon name={iconOf(node.kind, node.class)} />}
    </span>
  );
}

interface Wish {
  readonly node: Node;
  readonly size: Size;
  readonly key: string;
  readonly found: () => void;
}

const wishes = new Set<Wish>();
const wanted = new Set<Wish>();
let glancing = 0;

/** Have a picture looked for once scrolling rests: what only flies past is not. Returns the end of it. */
function wish(wish: Wish): () => void {
  wishes.add(wish);
  clearTimeout(glancing);
  glancing = setTimeout(lookForAll, GLANCE) as unknown as number;
  return () => {
    wishes.delete(wish);
    wanted.delete(wish);
  };
}

function lookForAll(): void {
  for (const wish of wishes) {
    wanted.add(wish);
    void lookFor(wish);
  }
  wishes.clear();
}

async function lookFor(wish: Wish): Promise<void> {
  const { node, size, key, found } = wish;
  const picture = await pictureOf(node, size, () => !wanted.has(wish));
  if (picture) keepDrawn(key, picture);
  if (wanted.delete(wish) && picture) found();
}

/** The pictures drawn last, by where they are kept: one that comes back is there at once. */
const drawn = new Map<string, string>();

function keepDrawn(key: string, picture: Blob): void {
  if (drawn.has(key)) return;
  drawn.set(key, URL.createObjectURL(picture));
  const [oldest] = drawn;
  if (drawn.size > MOST_DRAWN && oldest) {
    URL.revokeObjectURL(oldest[1]);
    drawn.delete(oldest[0]);
  }
}
