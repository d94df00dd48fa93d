/**
 * Names, tags and places of a home, kept so that a word is found in a hundred thousand of them in a
 * few milliseconds: the names of some thousand nodes are one text, which the engine searches much
 * faster than that many strings; all else is in arrays of numbers.
 */
import { type Family, type Filters, familyOf, spanOf } from "./filters.ts";
import { folded, wordsOf } from "./folding.ts";
import { newest } from "./newest.ts";
import { Places } from "./places.ts";

/** A node as it is told to the index: what is searched and narrowed by, and no more. */
export interface Row {
  readonly id: string;
  readonly isDirectory: boolean;
  readonly name: string;
  readonly parent: string;
  /** Bytes. */
  readonly size: number;
  readonly class: string;
  /** RFC 3339. */
  readonly updatedAt: string;
  readonly tags: readonly string[];
}

export interface Question {
  readonly words: string;
  readonly filters: Filters;
  /** How many are wanted. */
  readonly limit: number;
}

export interface Found {
  readonly ids: readonly string[];
  /** How many there are in all. */
  readonly total: number;
}

const BLOCK = 4_096;
const SYSTEM = "io.cozy.files.";

enum Matched {
  NOT,
  OWN,
  BY_PATH,
}

interface Block {
  readonly text: string;
  /** Where each node's text begins in the block's, and where the last one ends. */
  readonly starts: Uint32Array;
}

export class SearchIndex {
  private readonly rows: (Row | undefined)[] = [];
  private readonly own: string[] = [];
  private readonly changed: number[] = [];
  private readonly place: number[] = [];
  private readonly family: Family[] = [];
  /** What is ever found: the root, the trash and what lies nowhere are not. */
  private readonly findable: boolean[] = [];
  private readonly slots = new Map<string, number>();
  private readonly free: number[] = [];
  private readonly blocks: (Block | undefined)[] = [];
  private readonly places = new Places();

  get size(): number {
    return this.slots.size;
  }

  put(row: Row): void {
    const slot = this.slots.get(row.id) ?? this.free.pop() ?? this.rows.length;
    const name = folded(row.name);
    const wasDirectory = this.rows[slot]?.isDirectory ?? false;
    this.slots.set(row.id, slot);
    this.rows[slot] = row;
    this.own[slot] = row.tags.length ? `${name}\t${folded(row.tags.join("\t"))}` : name;
    this.changed[slot] = Date.parse(row.updatedAt) || 0;
    this.place[slot] = this.places.numberOf(row.parent);
    this.family[slot] = familyOf(row.isDirectory, row.class);
    this.findable[slot] = row.parent !== "" && !row.id.startsWith(SYSTEM);
    this.blocks[Math.floor(slot / BLOCK)] = undefined;
    if (row.isDirectory) this.places.put(row.id, row.parent, this.own[slot]);
    else if (wasDirectory) this.places.remove(row.id);
  }

  remove(id: string): void {
    const slot = this.slots.get(id);
    if (slot === undefined) return;
    if (this.rows[slot]?.isDirectory) this.places.remove(id);
    this.slots.delete(id);
    this.rows[slot] = undefined;
    this.findable[slot] = false;
    this.own[slot] = "";
    this.blocks[Math.floor(slot / BLOCK)] = undefined;
    this.free.push(slot);
  }

  /**
   * Find what has every word in its name, tags or path, and passes the filters; first those whose
   * names begin with the first word, then the newest. What is in the trash is left out.
   */
  find({ words, filters, limit }: Question): Found {
    const asked = wordsOf(words);
    const passes = this.passing(filters);
    const matches = this.matching(asked);
    const ranks: number[][] = [[], [], [], []];
    let total = 0;
    for (let slot = 0; slot < this.rows.length; slot += 1) {
      const matched = this.findable[slot] ? matches(slot) : Matched.NOT;
      if (matched === Matched.NOT || !passes(slot)) continue;
      total += 1;
      ranks[matched === Matched.OWN ? this.rankOf(slot, asked[0]) : 3]?.push(slot);
    }
    const slots: number[] = [];
    for (const rank of ranks) {
      if (slots.length < limit) slots.push(...newest(rank, this.changed, limit - slots.length));
    }
    return { ids: slots.map((slot) => this.rows[slot]?.id ?? ""), total };
  }

  /** Tells of a slot whether it has all words, and whether its path is needed for that. */
  private matching(words: readonly string[]): (slot: number) => Matched {
    const own = words.map((word) => this.having(word));
    const above = words.map((word) => this.places.having(word));
    return (slot) => {
      let matched = Matched.OWN;
      for (let at = 0; at < words.length; at += 1) {
        if (own[at]?.[slot]) continue;
        if (!above[at]?.[this.place[slot] ?? 0]) return Matched.NOT;
        matched = Matched.BY_PATH;
      }
      return matched;
    };
  }

  /** Which slots have a word in their own text: 1 for each that has. */
  private having(word: string): Uint8Array {
    const found = new Uint8Array(this.rows.length);
    for (let number = 0; number * BLOCK < this.rows.length; number += 1) {
      const { text, starts } = this.block(number);
      let slot = 0;
      let at = text.indexOf(word);
      while (at >= 0) {
        while ((starts[slot + 1] ?? 0) <= at) slot += 1;
        found[number * BLOCK + slot] = 1;
        at = text.indexOf(word, starts[slot + 1]);
      }
    }
    return found;
  }

  private block(number: number): Block {
    const made = this.blocks[number];
    if (made) return made;
    const texts = this.own.slice(number * BLOCK, (number + 1) * BLOCK);
    const starts = new Uint32Array(texts.length + 1);
    for (const [slot, text] of texts.entries()) {
      starts[slot + 1] = (starts[slot] ?? 0) + text.length + 1;
    }
    const block = { text: `${texts.join("\n")}\n`, starts };
    this.blocks[number] = block;
    return block;
  }

  private passing(filters: Filters): (slot: number) => boolean {
    const { family, files, least = 0, most = Infinity, within } = filters;
    const tag = filters.tag && folded(filters.tag);
    const [first, last] = spanOf(filters);
    const below = within === undefined ? undefined : this.places.within(within);
    const hidden = this.places.hidden();
    const filesAlone = files || least > 0 || most < Infinity;
    const passesRow = ({ size, isDirectory, tags }: Row) => {
      if ((filesAlone && isDirectory) || size < least || size > most) return false;
      return !tag || tags.some((each) => folded(each) === tag);
    };
    return (slot) => {
      const place = this.place[slot] ?? 0;
      const changed = this.changed[slot] ?? 0;
      if (hidden[place] || (below && !below[place])) return false;
      if (changed < first || changed >= last) return false;
      if (family && this.family[slot] !== family) return false;
      const row = this.rows[slot];
      return row !== undefined && passesRow(row);
    };
  }

  private rankOf(slot: number, first = ""): number {
    const own = this.own[slot] ?? "";
    if (own.startsWith(first)) return 0;
    return own.includes(` ${first}`) ? 1 : 2;
  }
}
