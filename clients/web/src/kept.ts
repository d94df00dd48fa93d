/** Contents that the owner wants at hand without the network: fetched whole, kept by content. */
import { authorised } from "./home/api.ts";
import type { Drive } from "./drive.ts";
import type { Node } from "./replica/node.ts";

const STORE = "foyer-contents";
const CHOSEN = "foyer-kept";

let read = { text: "[]", ids: new Set<string>() as ReadonlySet<string> };

/** Return the ids that the owner chose, the same set until that changes; a directory stands for all in it. */
export function chosen(): ReadonlySet<string> {
  const text = localStorage.getItem(CHOSEN) ?? "[]";
  if (text !== read.text) read = { text, ids: new Set(JSON.parse(text) as string[]) };
  return read.ids;
}

export function choose(id: string, wanted: boolean): void {
  const all = new Set(chosen());
  if (wanted) all.add(id);
  else all.delete(id);
  localStorage.setItem(CHOSEN, JSON.stringify([...all]));
}

/** Return a content that is kept here. */
export async function keptContent(node: Node): Promise<Blob | undefined> {
  const found = await (await caches.open(STORE)).match(addressOf(node));
  return found?.blob();
}

let under_way: Promise<void> | undefined;

/** Fetch what is chosen and missing, and drop what is not chosen any more. One run at a time. */
export function keepUp(drive: Drive): Promise<void> {
  under_way ??= fetchMissing(drive).finally(() => {
    under_way = undefined;
  });
  return under_way;
}

async function fetchMissing(drive: Drive): Promise<void> {
  const store = await caches.open(STORE);
  const wanted = new Map(filesOf(drive).map((node) => [addressOf(node), node]));
  const kept = new Set<string>();
  for (const request of await store.keys()) {
    const { pathname } = new URL(request.url);
    if (wanted.has(pathname)) kept.add(pathname);
    else await store.delete(request);
  }
  for (const [address, node] of wanted) {
    if (kept.has(address)) continue;
    const response = await authorised(`/files/download/${encodeURIComponent(node.id)}`);
    if (response.ok && tagOf(response) === node.md5) await store.put(address, response);
  }
}

function filesOf(drive: Drive): Node[] {
  const found: Node[] = [];
  const rest = [...chosen()];
  for (let id = rest.pop(); id !== undefined; id = rest.pop()) {
    const node = drive.tree.get(id);
    if (node?.kind === "file" && !node.waiting && !drive.tree.isTrashed(id)) found.push(node);
    if (node?.kind === "directory") rest.push(...drive.tree.children(id).map((each) => each.id));
  }
  return found;
}

/** A content that changed while it was fetched is not kept under the name of another. */
function tagOf(response: Response): string {
  return (response.headers.get("ETag") ?? "").replace(/^W\//, "").replaceAll('"', "");
}

function addressOf(node: Node): string {
  return `/kept/contents/${encodeURIComponent(node.id)}/${encodeURIComponent(node.md5)}`;
}

export async function forgetKept(): Promise<void> {
  localStorage.removeItem(CHOSEN);
  for (const name of await caches.keys()) await caches.delete(name);
}
