/** What waits, kept in this browser until the home has it: operations and the contents they send. */
import PouchDB from "pouchdb-browser";
import type { Operation, Trouble, Waiting } from "./operation.ts";

interface Kept {
  operation: Operation;
  trouble?: Trouble;
  paused?: boolean;
  address?: string;
}

const NAME = "foyer-outbox";
const CONTENT = "content";
const LARGE = 64 << 20;

export class Outbox {
  private readonly kept = new PouchDB<Kept>(NAME, { auto_compaction: true });
  private readonly large = new Map<string, Blob>();
  private last = 0;

  /** Return all that waits, in the order in which it was done. */
  async all(): Promise<Waiting[]> {
    const { rows } = await this.kept.allDocs({ include_docs: true });
    return rows.flatMap((row) => {
      const document = "doc" in row ? row.doc : undefined;
      if (!document) return [];
      const { _id: order, operation, ...more } = document;
      return [{ order, operation, ...standing(more) }];
    });
  }

  /**
   * Keep an operation, and its content. A very large one is kept for as long as the page lives:
   * copying it would take as long as sending it, and as much room again.
   */
  async add(operation: Operation, content?: Blob): Promise<Waiting> {
    const order = this.next();
    if (content && content.size > LARGE) {
      this.large.set(order, content);
      await this.kept.put({ _id: order, operation });
      return { order, operation };
    }
    await this.kept.put({
      _id: order,
      operation,
      ...(content && {
        _attachments: { [CONTENT]: { content_type: "application/octet-stream", data: content } },
      }),
    });
    return { order, operation };
  }

  /** Return a content; undefined for a large one that was chosen in a page that is closed. */
  async content(order: string): Promise<Blob | undefined> {
    const large = this.large.get(order);
    if (large) return large;
    const { _attachments: attached } = await this.kept.get(order);
    if (!attached) return undefined;
    return (await this.kept.getAttachment(order, CONTENT)) as Blob;
  }

  async remove(order: string): Promise<void> {
    this.large.delete(order);
    const document = await this.kept.get(order).catch(() => undefined);
    if (document) await this.kept.remove(document);
  }

  /** Change an operation that waits, and how it stands; its content stays. */
  async change({ order, operation, ...more }: Waiting): Promise<void> {
    const { trouble: _, paused: __, address: ___, ...document } = await this.kept.get(order);
    await this.kept.put({ ...document, operation, ...standing(more) });
  }

  /** Take a large content that was chosen once more. */
  provide(order: string, content: Blob): void {
    this.large.set(order, content);
  }

  /** Tell when another tab, or this one, has changed what waits. */
  watch(changed: () => void): void {
    this.kept.changes({ since: "now", live: true }).on("change", changed);
  }

  static async forget(): Promise<void> {
    await new PouchDB(NAME).destroy();
  }

  private next(): string {
    this.last = Math.max(this.last + 1, Date.now() * 1_000);
    return String(this.last).padStart(20, "0");
  }
}

function standing({ trouble, paused, address }: Omit<Kept, "operation">): Omit<Kept, "operation"> {
  return { ...(trouble && { trouble }), ...(paused && { paused }), ...(address && { address }) };
}
