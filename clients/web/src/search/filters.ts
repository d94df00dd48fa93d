/** What a search is narrowed to, beside its words: pure, and written into the app's address. */

export const FAMILIES = ["folder", "image", "video", "audio", "document", "archive", "other"] as const;
export type Family = (typeof FAMILIES)[number];

export interface Filters {
  readonly family?: Family;
  /** Only files, no directories. */
  readonly files?: true;
  /** The first day, `2026-11-27`, as the reader's clock has it. */
  readonly since?: string;
  /** The last day. */
  readonly until?: string;
  /** Bytes. */
  readonly least?: number;
  readonly most?: number;
  readonly tag?: string;
  /** The id of a directory: what lies in it, however deep. */
  readonly within?: string;
}

const DAY = 86_400_000;
const DOCUMENTS = new Set(["pdf", "text", "code", "slide", "spreadsheet"]);
const SAME = new Set(["image", "video", "audio"]);

/** Return the family of Cozy's class of a file, or of a directory. */
export function familyOf(isDirectory: boolean, fileClass: string): Family {
  if (isDirectory) return "folder";
  if (SAME.has(fileClass)) return fileClass as Family;
  if (DOCUMENTS.has(fileClass)) return "document";
  return fileClass === "zip" ? "archive" : "other";
}

/** The moments between which something must have changed, in milliseconds since 1970. */
export function spanOf({ since, until }: Filters): readonly [number, number] {
  const first = since ? new Date(`${since}T00:00`).getTime() : Number.NaN;
  const last = until ? new Date(`${until}T00:00`).getTime() + DAY : Number.NaN;
  return [
    Number.isNaN(first) ? Number.NEGATIVE_INFINITY : first,
    Number.isNaN(last) ? Number.POSITIVE_INFINITY : last,
  ];
}

/** Tell whether anything is narrowed. */
export function isNarrowed(filters: Filters): boolean {
  return Object.keys(filters).length > 0;
}

/** Write filters as the query of an address; "" for none. */
export function written(filters: Filters): string {
  const entries = Object.entries(filters).map(([name, value]) => [name, String(value)]);
  const text = new URLSearchParams(entries as [string, string][]).toString();
  return text && `?${text}`;
}

/** Read filters from the query of an address; what makes no sense is left out. */
export function readFilters(query: string): Filters {
  const told = new URLSearchParams(query);
  const text = (name: "since" | "until" | "tag" | "within") => told.get(name) || undefined;
  const number = (name: "least" | "most") => {
    const value = Number(told.get(name) || Number.NaN);
    return Number.isNaN(value) ? undefined : value;
  };
  const family = FAMILIES.find((each) => each === told.get("family"));
  return without({
    family,
    since: text("since"),
    until: text("until"),
    least: number("least"),
    most: number("most"),
    tag: text("tag"),
    within: text("within"),
  });
}

/** Leave out what is undefined. */
export function without(filters: { [K in keyof Filters]: Filters[K] | undefined }): Filters {
  return Object.fromEntries(
    Object.entries(filters).filter(([, value]) => value !== undefined),
  ) as Filters;
}
