/** The directories of a search by number: which path has a word, which lies in another. */
import { TRASH } from "../replica/node.ts";

interface Place {
  readonly id: string;
  /** The number of the directory above; -1 for what is not known, and at the top. */
  above: number;
  /** Folded. */
  name: string;
}

const DEEPEST = 600;

export class Places {
  private readonly all: Place[] = [];
  private readonly numbers = new Map<string, number>();
  private paths: (string | undefined)[] = [];

  /** Return the number of a directory, also of one that is not known yet. */
  numberOf(id: string): number {
    const known = this.numbers.get(id);
    if (known !== undefined) return known;
    const number = this.all.push({ id, above: -1, name: "" }) - 1;
    this.numbers.set(id, number);
    return number;
  }

  put(id: string, parent: string, name: string): void {
    const place = this.all[this.numberOf(id)];
    const above = parent ? this.numberOf(parent) : -1;
    if (!place || (place.above === above && place.name === name)) return;
    place.above = above;
    place.name = name;
    this.paths = [];
  }

  remove(id: string): void {
    this.put(id, "", "");
  }

  /** By number: 1 for each directory whose path has a word. */
  having(word: string): Uint8Array {
    return Uint8Array.from(this.all, (_, number) => (this.path(number).includes(word) ? 1 : 0));
  }

  /** By number: 1 for a directory and all below it. */
  within(id: string): Uint8Array {
    const number = this.numberOf(id);
    return this.below((at) => at === number);
  }

  /** By number: 1 for the trash and all below it. */
  hidden(): Uint8Array {
    return this.within(TRASH);
  }

  private below(isTop: (number: number) => boolean): Uint8Array {
    const known = new Int8Array(this.all.length).fill(-1);
    const look = (number: number, depth: number): number => {
      if (number < 0 || depth > DEEPEST) return 0;
      const before = known[number] ?? 0;
      if (before >= 0) return before;
      const found = isTop(number) ? 1 : look(this.all[number]?.above ?? -1, depth + 1);
      known[number] = found;
      return found;
    };
    return Uint8Array.from(this.all, (_, number) => look(number, 0));
  }

  private path(number: number, depth = 0): string {
    const made = this.paths[number];
    if (made !== undefined) return made;
    const place = this.all[number];
    const inside = place && place.above >= 0 && depth < DEEPEST;
    const path = inside ? `${this.path(place.above, depth + 1)}/${place.name}` : "";
    this.paths[number] = path;
    return path;
  }
}
