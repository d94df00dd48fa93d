/** What the home says of itself and its owner, and what of that can be changed (`/settings`). */
import { ask, authorised, refusal } from "./api.ts";
import { askInPerson } from "./in_person.ts";

export interface HomeSettings {
  readonly rev: string;
  readonly attributes: {
    readonly public_name?: string;
    readonly locale?: string;
    /** No language is chosen: pages come in the one that each browser likes best. */
    readonly follows_browser?: boolean;
    readonly email?: string;
    readonly [other: string]: unknown;
  };
}

interface One<A> {
  readonly data: { readonly attributes: A; readonly meta?: { readonly rev?: string } };
}

const INSTANCE = "io.cozy.settings.instance";

export async function homeSettings(): Promise<HomeSettings> {
  const { data } = await ask<One<HomeSettings["attributes"]>>("GET", "/settings/instance");
  return { rev: data.meta?.rev ?? "", attributes: data.attributes };
}

/** Change some settings over what was read. Throws Refused 409 when somebody else was first. */
export async function changeSettings(read: HomeSettings, changes: object): Promise<void> {
  const attributes = { ...read.attributes, ...changes };
  const meta = read.rev ? { meta: { rev: read.rev } } : {};
  const data = { type: "io.cozy.settings", id: INSTANCE, attributes, ...meta };
  await ask("PUT", "/settings/instance", { data });
}

export interface Usage {
  /** Bytes, as text. */
  readonly used: string;
  readonly files: string;
  readonly versions: string;
  readonly trash?: string;
  readonly quota?: string;
}

export async function diskUsage(): Promise<Usage> {
  return (await ask<One<Usage>>("GET", "/settings/disk-usage?include=trash")).data.attributes;
}

export async function changeAvatar(picture: Blob): Promise<void> {
  const response = await authorised("/settings/avatar", { method: "PUT", body: picture });
  if (!response.ok) throw refusal(response.status, await response.text());
}

export async function removeAvatar(): Promise<void> {
  await ask("DELETE", "/settings/avatar");
}

export interface Session {
  readonly id: string;
  readonly attributes: {
    readonly last_seen: string;
    readonly ip: string;
    readonly user_agent: string;
  };
}

export async function allSessions(): Promise<readonly Session[]> {
  return (await ask<{ data: readonly Session[] }>("GET", "/settings/sessions")).data;
}

export async function currentSession(): Promise<string> {
  const { data } = await askInPerson<{ data: { id: string } }>("GET", "/settings/sessions/current");
  return data.id;
}

export async function endSession(id: string): Promise<void> {
  await ask("DELETE", `/settings/sessions/${encodeURIComponent(id)}`);
}

export interface Happened {
  readonly id: string;
  readonly attributes: {
    readonly at: string;
    readonly event: string;
    readonly subject?: string;
    readonly address?: string;
    readonly count?: number;
    readonly actor: { readonly kind?: string; readonly name?: string };
  };
}

/** A part of the audit, newest first, and the address of what is older. */
export interface AuditPage {
  readonly data: readonly Happened[];
  readonly links?: { readonly next?: string };
}

export function audit(address = "/settings/audit?page[limit]=20"): Promise<AuditPage> {
  return ask<AuditPage>("GET", address);
}

/** Have the home erased after a month. Throws ProofNeeded too. */
export async function askDeletion(): Promise<void> {
  await askInPerson("POST", "/settings/instance/deletion");
}
