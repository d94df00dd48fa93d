/** What waits, kept in this browser until the home has it: operations and the contents they send. */
import PouchDB from "pouchdb-browser";
import type { Operation, Trouble, Waiting } from "./operation.ts";

interface Kept {
  operation: Operation;
  trouble?: Trouble;
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
      const { _id: order, operation, trouble } = document;
      return [{ order, operation, ...(trouble ? { trouble } : {}) }];
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

  /** Change an operation that waits, or what stands in its way; its content stays. */
  async change(waiting: Waiting): Promise<void> {
    const { trouble: _, ...document } = await this.kept.get(waiting.order);
    await this.kept.put({
      ...document,
      operation: waiting.operation,
      ...(waiting.trouble ? { trouble: waiting.trouble } : {}),
    });
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
