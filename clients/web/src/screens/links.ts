/** Links to files, as the home keeps them (`io.cozy.permissions`). */
import { ask } from "../home/api.ts";

interface Rule {
  readonly type: string;
  readonly values?: readonly string[];
}

export interface Link {
  readonly id: string;
  readonly attributes: {
    readonly permissions: Record<string, Rule>;
    readonly shortcodes?: Record<string, string>;
    readonly expires_at?: string;
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

export function isAbout(link: Link, id: string): boolean {
  return Object.values(link.attributes.permissions).some((rule) => rule.values?.includes(id));
}

export function addressOf(link: Link): string {
  const [code] = Object.values(link.attributes.shortcodes ?? {});
  return `${location.origin}/public?sharecode=${code ?? ""}`;
}
