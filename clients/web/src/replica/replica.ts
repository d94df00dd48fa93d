/** The copy of `io.cozy.files` in this browser: PouchDB, which follows the home's feed. */
import PouchDB from "pouchdb-browser";
import { authorised } from "../home/api.ts";
import { SignedOut, token } from "../home/session.ts";
import { type Node, nodeOf } from "./node.ts";

type FileDocument = Parameters<typeof nodeOf>[0];

export type Reach = "starting" | "copying" | "current" | "offline" | "signed out";

export interface Listener {
  /** A node as the home has it; undefined when it is gone. */
  changed(id: string, node: Node | undefined): void;
  /** Everything that was there at the start has been told. */
  loaded(): void;
  reach(state: Reach, copied: number): void;
}

const NAME = "foyer-files";
const PAGE = 2_000;

/** Tell what is kept, then what changes; one tab of the browser copies for all. */
export async function follow(listener: Listener): Promise<void> {
  const local = new PouchDB<FileDocument>(NAME, { auto_compaction: true });
  const { update_seq: since } = await local.info() as unknown as { update_seq: number };
  await tellKept(local, listener);
  listener.loaded();
  local
    .changes({ since, live: true, include_docs: true })
    .on("change", ({ id, doc, deleted }) => {
      listener.changed(id, deleted || !doc ? undefined : nodeOf(doc as unknown as FileDocument));
    });
  void navigator.locks.request(NAME, () => copy(local, listener));
}

/** Forget the copy, for who signs out. */
export async function forget(): Promise<void> {
  await new PouchDB(NAME).destroy();
}

async function tellKept(local: PouchDB.Database<FileDocument>, listener: Listener): Promise<void> {
  let startkey: string | undefined;
  for (;;) {
    const page = await local.allDocs({
      include_docs: true,
      limit: PAGE,
      ...(startkey === undefined ? {} : { startkey, skip: 1 }),
    });
    for (const row of page.rows) {
      const node = "doc" in row && row.doc ? nodeOf(row.doc as unknown as FileDocument) : undefined;
      if (node) listener.changed(node.id, node);
    }
    const last = page.rows.at(-1);
    if (!last || page.rows.length < PAGE) return;
    startkey = last.id;
  }
}

/** Copy for as long as the page lives: all at first, then as it happens. */
async function copy(local: PouchDB.Database<FileDocument>, listener: Listener): Promise<void> {
  const home = new PouchDB<FileDocument>(`${location.origin}/couchdb/io.cozy.files`, {
    skip_setup: true,
    fetch: (address, init) => authorised(String(address), init as RequestInit),
  });
  let wait = 1_000;
  let copied = 0;
  for (;;) {
    try {
      await token();
      listener.reach(copied ? "current" : "copying", copied);
      await new Promise<void>((done, failed) => {
        const copying = local.replicate
          .from(home, { live: true, batch_size: 1_000, batches_limit: 4, heartbeat: 25_000 })
          .on("change", (info) => {
            copied += info.docs.length;
            listener.reach("copying", copied);
          })
          .on("paused", (error) => {
            if (error) failed(error as Error);
            else listener.reach("current", copied);
            wait = 1_000;
          })
          .on("error", (error) => failed(error as Error))
          .on("complete", () => done());
        addEventListener("offline", () => copying.cancel(), { once: true });
      });
    } catch (error) {
      if (error instanceof SignedOut) {
        listener.reach("signed out", copied);
        return;
      }
    }
    listener.reach("offline", copied);
    await passed(wait);
    wait = Math.min(wait * 2, 60_000);
  }
}

/** Wait so many milliseconds, or until the network is back. */
export function passed(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener("online", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    addEventListener("online", end);
  });
}
