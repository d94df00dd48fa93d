/** The page's side of the search: tells the index what changes, and asks it. */
import type { Node } from "../replica/node.ts";
import type { Found, Question, Row } from "./search_index.ts";
import type { Answer, Told } from "./search_worker.ts";

const SLICE = 4_000;

export class Searching {
  private readonly worker = new Worker(address(), { type: "module", name: "search" });
  private readonly waiting = new Map<number, (found: Found) => void>();
  private changes = new Map<string, Node | undefined>();
  private last = 0;
  private due = false;

  constructor() {
    this.worker.addEventListener("message", ({ data: { number, found } }: MessageEvent<Answer>) => {
      this.waiting.get(number)?.(found);
      this.waiting.delete(number);
    });
  }

  /** Note that a node is like this now; undefined when it is gone. */
  changed(id: string, node: Node | undefined): void {
    this.changes.set(id, node);
  }

  /** Tell the index in slices, between which the page can draw. */
  tell(): void {
    if (this.due || !this.changes.size) return;
    this.due = true;
    setTimeout(() => {
      this.due = false;
      this.send(SLICE);
      this.tell();
    });
  }

  /** Ask, of all that was noted until now. */
  find(question: Question): Promise<Found> {
    this.send(Number.POSITIVE_INFINITY);
    this.last += 1;
    const number = this.last;
    return new Promise((resolve) => {
      this.waiting.set(number, resolve);
      this.post({ number, question });
    });
  }

  private send(most: number): void {
    const put: Row[] = [];
    const removed: string[] = [];
    for (const [id, node] of this.changes) {
      if (put.length + removed.length >= most) break;
      this.changes.delete(id);
      if (node) put.push(rowOf(node));
      else removed.push(id);
    }
    if (put.length || removed.length) this.post({ put, removed });
  }

  private post(told: Told): void {
    this.worker.postMessage(told);
  }
}

function rowOf({ id, kind, name, parent, size, class: family, updatedAt, tags }: Node): Row {
  const isDirectory = kind === "directory";
  return { id, isDirectory, name, parent, size, class: family, updatedAt, tags };
}

/** The page names the script, as the home's build has it. */
function address(): string {
  return document.querySelector<HTMLLinkElement>("#search-worker")?.href ?? "";
}
