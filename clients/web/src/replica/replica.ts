/** The copy of `io.cozy.files` in this browser: PouchDB, which follows the home's feed. */
import PouchDB from "pouchdb-browser";
import { authorised } from "../home/api.ts";
import { SignedOut, token } from "../home/session.ts";
import { type Node, nodeOf } from "./node.ts";
import { readSnapshot, writeSnapshot } from "./snapshot.ts";

type FileDocument = Parameters<typeof nodeOf>[0];

export type Reach = "starting" | "copying" | "current" | "offline" | "signed out";

export interface Listener {
  /** A node as the home has it; undefined when it is gone. */
  changed(id: string, node: Node | undefined): void;
  /** Everything that was there at the start has been told. */
  loaded(): void;
  reach(state: Reach, copied: number): void;
  /** All nodes as the home has them. */
  nodes(): Iterable<Node>;
}

const NAME = "foyer-files";
const PAGE = 2_000;
const QUIET = 3_000;

let forgotten = false;

/** What this browser kept, read while the page is drawn. */
interface Opened {
  readonly local: PouchDB.Database<FileDocument>;
  readonly reached: number;
  readonly snapshot: Awaited<ReturnType<typeof readSnapshot>>;
}

export async function openReplica(): Promise<Opened> {
  const local = new PouchDB<FileDocument>(NAME, { auto_compaction: true });
  const [info, snapshot] = await Promise.all([local.info(), readSnapshot()]);
  return { local, reached: info.update_seq as number, snapshot };
}

/** Tell what is kept, then what changes; one tab of the browser copies for all. */
export async function follow(opened: Opened, listener: Listener): Promise<void> {
  const { local, reached, snapshot } = opened;
  const fits = snapshot !== undefined && snapshot.sequence <= reached;
  if (fits) for (const node of snapshot.nodes) listener.changed(node.id, node);
  else await tellKept(local, listener);
  listener.loaded();
  const keeper = new Keeper(fits ? snapshot.sequence : -1, listener);
  local
    .changes({ since: fits ? snapshot.sequence : reached, live: true, include_docs: true })
    .on("change", ({ id, doc, deleted, seq }) => {
      listener.changed(id, deleted || !doc ? undefined : nodeOf(doc as unknown as FileDocument));
      keeper.reached(seq as number);
    });
  keeper.reached(reached);
  void navigator.locks.request(NAME, () => copy(local, listener));
}

/** Forget the copy, for who signs out. */
export async function forget(): Promise<void> {
  forgotten = true;
  await new PouchDB(NAME).destroy();
}

/** Keeps a snapshot, some quiet time after a change, and before the page goes out of sight. */
class Keeper {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private sequence: number;

  constructor(
    private kept: number,
    private readonly listener: Listener,
  ) {
    this.sequence = kept;
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.keep();
    });
  }

  reached(sequence: number): void {
    this.sequence = Math.max(this.sequence, sequence);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep(), QUIET);
  }

  private keep(): void {
    const { sequence } = this;
    if (forgotten || sequence === this.kept) return;
    this.kept = sequence;
    void writeSnapshot({ sequence, nodes: this.listener.nodes() }).catch(() => undefined);
  }
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
