/**
 * The drive in this browser: what the home has, with what waits laid over it.
 *
 * Verbs put an operation into the outbox, show its outcome at once, and leave it to `work` to tell
 * the home, in their order, when there is a network. One tab works for all.
 */
import { ask, Refused, Stopped } from "./home/api.ts";
import { SignedOut, Unreachable } from "./home/session.ts";
import { askFor, type Current } from "./outbox/asking.ts";
import { decide, insisting } from "./outbox/deciding.ts";
import type { Operation, Trouble, Waiting } from "./outbox/operation.ts";
import { Outbox } from "./outbox/outbox.ts";
import { overlaid } from "./outbox/overlay.ts";
import { readdressed } from "./outbox/readdressing.ts";
import { forgetPieces } from "./outbox/pieces.ts";
import { Missing, sendOperation } from "./outbox/sending.ts";
import type { Node } from "./replica/node.ts";
import { follow, openReplica, passed, type Reach } from "./replica/replica.ts";
import { Tree } from "./replica/tree.ts";
import { Searching } from "./search/searching.ts";

export interface Progress {
  readonly order: string;
  readonly sent: number;
}

export class Drive {
  /** What is shown. */
  readonly tree = new Tree();
  readonly search = new Searching();
  waiting: readonly Waiting[] = [];
  reach: Reach = "starting";
  copied = 0;
  loaded = false;
  progress: Progress | undefined;
  /** Of uploads that were begun, how many bytes have gone, by their order. */
  readonly sent = new Map<string, number>();
  /** What was made here to the id that the home gave it. */
  readonly settled = new Map<string, string>();
  /** Counts changes; whoever draws compares it. */
  version = 0;

  private readonly home = new Map<string, Node>();
  private readonly outbox = new Outbox();
  private readonly listeners = new Set<() => void>();
  private readonly roused = new EventTarget();
  private told = false;
  private sending: string | undefined;
  private stopping = new AbortController();

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Open what is kept here, and begin to follow the home. */
  async open(): Promise<void> {
    const [waiting, opened] = await Promise.all([this.outbox.all(), openReplica()]);
    this.waiting = waiting;
    this.outbox.watch(() => void this.reread());
    await follow(opened, {
      changed: (id, node) => this.changed(id, node),
      loaded: () => {
        this.loaded = true;
        for (const each of this.waiting) this.draw(each.operation.id);
        this.tell();
      },
      nodes: () => this.home.values(),
      reach: (state, copied) => {
        this.reach = state;
        this.copied = copied;
        if (state === "current") this.rouse();
        this.tell();
      },
    });
    void navigator.locks.request("foyer-outbox", () => this.work());
  }

  /** Do something: shown at once, kept, and sent when it can be. */
  async do(operation: Operation, content?: Blob): Promise<void> {
    const waiting = await this.outbox.add(operation, content);
    this.waiting = [...this.waiting, waiting];
    this.draw(operation.id);
    this.tell();
    this.rouse();
  }

  /** The owner has seen both sides and insists. */
  async insist({ order, operation, trouble }: Waiting): Promise<void> {
    if (!trouble) return;
    if (trouble.kind === "trashed") {
      await ask("POST", `/files/trash/${encodeURIComponent(operation.id)}`);
    }
    await this.outbox.change({ order, operation: insisting(operation, trouble) });
    await this.reread();
    this.rouse();
  }

  /** The owner gives way: the home's side stands. What is being sent is stopped. */
  async giveUp({ order, address }: Waiting): Promise<void> {
    await this.outbox.remove(order);
    this.stop(order);
    this.sent.delete(order);
    await this.reread();
    if (address) await forgetPieces(address).catch(() => undefined); // it would be forgotten anyway
  }

  /** Send something later, or go on with it. */
  async pause(waiting: Waiting, paused: boolean): Promise<void> {
    await this.outbox.change({ ...waiting, paused });
    if (paused) this.stop(waiting.order);
    await this.reread();
    this.rouse();
  }

  /** Take a content that was chosen once more; what of it is at home is not sent again. */
  async provide({ trouble: _, ...waiting }: Waiting, content: Blob): Promise<void> {
    this.outbox.provide(waiting.order, content);
    await this.outbox.change(waiting);
    await this.reread();
    this.rouse();
  }

  private stop(order: string): void {
    if (this.sending !== order) return;
    this.stopping.abort();
    this.progress = undefined;
  }

  /** Take back that nodes were thrown away, or restored: what the home does not know is forgotten. */
  async takeBack(done: "trash" | "restore", ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const unsent = this.waiting.find(
        ({ operation, order }) =>
          operation.kind === done && operation.id === id && order !== this.sending,
      );
      const node = this.tree.get(id);
      if (unsent) await this.giveUp(unsent);
      else if (done === "trash") await this.do({ kind: "restore", id });
      else if (node) await this.do({ kind: "trash", id, from: node.parent, md5: node.md5 });
    }
  }

  get troubles(): Waiting[] {
    return this.waiting.filter((each) => each.trouble);
  }

  private changed(id: string, node: Node | undefined): void {
    if (node) this.home.set(id, node);
    else this.home.delete(id);
    this.draw(id);
    if (this.loaded) this.tell();
  }

  private draw(id: string): void {
    const mine = this.waiting.filter((each) => each.operation.id === id);
    const shown = mine.length ? overlaid(this.home.get(id), mine) : this.home.get(id);
    if (shown) this.tree.put(shown);
    else this.tree.remove(id);
    this.search.changed(id, shown);
  }

  /** Tell who draws, once for all that happens in one turn. */
  private tell(): void {
    this.version += 1;
    if (this.told) return;
    this.told = true;
    requestAnimationFrame(() => {
      this.told = false;
      this.search.tell();
      for (const listener of this.listeners) listener();
    });
  }

  private async reread(): Promise<void> {
    const before = this.waiting;
    this.waiting = await this.outbox.all();
    const touched = new Set([...before, ...this.waiting].map((each) => each.operation.id));
    for (const id of touched) this.draw(id);
    this.tell();
  }

  private rouse(): void {
    this.roused.dispatchEvent(new Event("work"));
  }

  private async work(): Promise<void> {
    let wait = 1_000;
    for (;;) {
      const next = nextOf(await this.outbox.all());
      if (!next) {
        await this.something();
        continue;
      }
      try {
        this.sending = next.order;
        this.stopping = new AbortController();
        await this.sendOne(next);
        wait = 1_000;
      } catch (error) {
        if (error instanceof SignedOut) return;
        if (error instanceof Stopped) continue;
        if (!(error instanceof Unreachable)) console.error(error);
        await Promise.race([passed(wait), this.something()]);
        wait = Math.min(wait * 2, 60_000);
      }
    }
  }

  private something(): Promise<void> {
    return new Promise((resolve) => {
      this.roused.addEventListener("work", () => resolve(), { once: true });
    });
  }

  /** Ask what the home has, decide, and do it while that holds: a replica may lag behind. */
  private async sendOne(waiting: Waiting): Promise<void> {
    const { order, address } = waiting;
    const operation = this.settledOf(waiting.operation);
    const settled = { order, operation, ...(address && { address }) };
    const makes = operation.kind === "make" || operation.kind === "upload";
    try {
      const current = makes ? undefined : await askFor(operation.id);
      const decision = decide(operation, current?.node, current?.trashed ?? false);
      if (decision.do === "ask") return await this.trouble(settled, decision.trouble);
      if (decision.do === "send") await this.send(settled, current);
    } catch (error) {
      if (isPassing(error)) throw error;
      if (error instanceof Refused && error.status === 412) return; // it changed: decide again
      return await this.trouble(settled, troubleOf(error));
    }
    this.progress = undefined;
    await this.outbox.remove(order);
    await this.reread();
  }

  /** Something may have been done to what was made here while the home was giving it its id. */
  private settledOf(operation: Operation): Operation {
    let settled = operation;
    for (const [from, to] of this.settled) settled = readdressed(settled, from, to);
    return settled;
  }

  private async send(waiting: Waiting, current: Current | undefined): Promise<void> {
    const { order, operation, address } = waiting;
    const { signal } = this.stopping;
    const made = await sendOperation(operation, {
      content: () => this.outbox.content(order),
      sent: (sent) => {
        if (signal.aborted) return;
        this.progress = { order, sent };
        this.sent.set(order, sent);
        this.tell();
      },
      signal,
      address,
      begun: (begun) =>
        this.outbox.change({ ...waiting, address: begun, paused: signal.aborted }),
      current,
    });
    this.sent.delete(order);
    if (current) this.home.set(operation.id, current.node);
    this.expect(operation, made);
    if (!made) return;
    this.settled.set(operation.id, made);
    await this.renameInOutbox(operation.id, made);
  }

  /** Keep what the home has now, until its feed says the same: nothing flickers. */
  private expect(operation: Operation, made: string | undefined): void {
    const current = overlaid(this.home.get(operation.id), [{ order: "", operation }]);
    if (!made) {
      if (current) this.home.set(operation.id, current);
      return;
    }
    if (current && !this.home.has(made)) {
      const { waiting: _, ...settled } = current;
      this.home.set(made, { ...settled, id: made });
      this.draw(made);
    }
  }

  /** What was made has its real id now; what waits for it is told. */
  private async renameInOutbox(from: string, to: string): Promise<void> {
    for (const each of await this.outbox.all()) {
      const operation = readdressed(each.operation, from, to);
      if (operation !== each.operation) await this.outbox.change({ ...each, operation });
    }
  }

  private async trouble(waiting: Waiting, trouble: Trouble): Promise<void> {
    this.progress = undefined;
    await this.outbox.change({ ...waiting, trouble });
    await this.reread();
  }
}

/** The first that can be sent: nothing that is about something which waits itself. */
function nextOf(all: readonly Waiting[]): Waiting | undefined {
  const later = new Set(all.filter((each) => each.paused).map((each) => each.operation.id));
  return all.find((each) => !each.trouble && !later.has(each.operation.id));
}

/** Tell whether it may go well another time. */
function isPassing(error: unknown): boolean {
  return [Unreachable, SignedOut, Stopped].some((kind) => error instanceof kind);
}

function troubleOf(error: unknown): Trouble {
  if (error instanceof Missing) return { kind: "missing" };
  if (!(error instanceof Refused)) return { kind: "refused", status: 0, detail: String(error) };
  const { status, detail } = error;
  if (status === 409) return { kind: "taken" };
  if (status === 404) return { kind: "gone" };
  return { kind: "refused", status, detail };
}
