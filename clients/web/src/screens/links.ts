/** Links to files, as the home keeps them (`io.cozy.permissions`). */
import { ask } from "../home/api.ts";

interface Rule {
  readonly type: string;
  readonly verbs?: readonly string[];
  readonly values?: readonly string[];
}

export interface Link {
  readonly id: string;
  readonly attributes: {
    readonly permissions: Record<string, Rule>;
    readonly shortcodes?: Record<string, string>;
    readonly expires_at?: string;
    readonly created_at?: string;
    /** What made it, as `type/id`; "" for the owner. */
    readonly source_id?: string;
    /** Whether there is one; the home tells nobody which. */
    readonly password?: boolean;
  };
}

interface Page {
  readonly data: readonly Link[];
  readonly links?: { readonly next?: string };
}

/** Ask for all links to files. Throws Refused, Unreachable. */
export async function allLinks(): Promise<Link[]> {
  const found: Link[] = [];
  let next: string | undefined =
    "/permissions/doctype/io.cozy.files/shared-by-link?page[limit]=200";
  while (next) {
    const page: Page = await ask<Page>("GET", next);
    found.push(...page.data);
    next = page.links?.next;
  }
  return found;
}

/** What a link lets people do: look, put files there without seeing any, or both. */
export const RIGHTS = ["look", "put", "both"] as const;
export type Right = (typeof RIGHTS)[number];

const VERBS: { readonly [R in Right]: readonly string[] } = {
  look: ["GET"],
  put: ["POST"],
  both: ["GET", "POST"],
};

export interface Wanted {
  readonly id: string;
  readonly right: Right;
  /** "" for none. */
  readonly password: string;
  /** Days until it ends; 0 for never. */
  readonly days: number;
}

export async function makeLink({ id, right, password, days }: Wanted): Promise<void> {
  const rule = { type: "io.cozy.files", verbs: VERBS[right], values: [id] };
  const attributes = { permissions: { files: rule }, ...(password && { password }) };
  const ttl = days ? `&ttl=${days}D` : "";
  await ask("POST", `/permissions?codes=link${ttl}`, {
    data: { type: "io.cozy.permissions", attributes },
  });
}

export async function endLink({ id }: Link): Promise<void> {
  await ask("DELETE", `/permissions/${encodeURIComponent(id)}`);
}

/** Return what a link lets people do; no verbs stand for all. */
export function rightOf(link: Link): Right {
  const verbs = Object.values(link.attributes.permissions).flatMap((rule) => rule.verbs ?? ["ALL"]);
  const has = (verb: string) => verbs.includes(verb) || verbs.includes("ALL");
  if (!has("POST")) return "look";
  return has("GET") ? "both" : "put";
}

export function isAbout(link: Link, id: string): boolean {
  return idsOf(link).includes(id);
}

/** Return the ids of the files and directories that a link is about. */
export function idsOf(link: Link): string[] {
  return Object.values(link.attributes.permissions).flatMap((rule) => rule.values ?? []);
}

export function addressOf(link: Link): string {
  const [code] = Object.values(link.attributes.shortcodes ?? {});
  return `${location.origin}/public?sharecode=${code ?? ""}`;
}
