/** The devices of the home: what may enter, what it sees, and its end (`/settings/devices`). */
import { ask } from "./api.ts";
import { askInPerson } from "./in_person.ts";

const DEVICES = "io.cozy.oauth.clients";

export interface Rule {
  readonly folder?: string;
  readonly path?: string;
  readonly glob?: string;
  readonly min_size?: number;
  readonly max_size?: number | null;
  readonly types?: readonly string[];
  readonly show?: boolean | null;
  readonly new_siblings?: boolean;
}

export interface Profile {
  readonly mode: "all" | "include" | "exclude";
  readonly rules: readonly Rule[];
  readonly read_only: boolean;
  readonly hide_junk: boolean;
}

export interface Device {
  readonly id: string;
  readonly attributes: {
    readonly client_name: string;
    readonly client_kind?: string;
    readonly client_os?: string;
    readonly scope?: string;
    readonly created_at?: string;
    readonly last_seen?: string;
    readonly last_address?: string;
    readonly app_password: boolean;
    readonly sync_profile: Profile;
    readonly sync_preset?: string;
  };
}

/** A device that was just made; nobody tells its password a second time. */
export interface Made {
  readonly id: string;
  readonly password: string;
  readonly login: string;
}

interface One {
  readonly data: Device & { readonly attributes: { password: string; login: string } };
}

export async function allDevices(): Promise<readonly Device[]> {
  return (await ask<{ data: readonly Device[] }>("GET", "/settings/devices")).data;
}

/** Make a device with a password of its own. Throws ProofNeeded too. */
export async function makeDevice(
  name: string,
  kind: string,
  doctypes: readonly string[],
): Promise<Made> {
  const attributes = { name, kind, ...(doctypes.length && { doctypes }) };
  const { data } = await askInPerson<One>("POST", "/settings/devices", { data: { attributes } });
  const { password, login } = data.attributes;
  return { id: data.id, password, login };
}

export async function renameDevice(id: string, name: string): Promise<void> {
  await change(id, { client_name: name });
}

export async function changeProfile(id: string, profile: object): Promise<void> {
  await change(id, { sync_profile: profile });
}

export async function revokeDevice(id: string): Promise<void> {
  await ask("DELETE", at(id));
}

async function change(id: string, attributes: object): Promise<void> {
  await ask("PATCH", at(id), { data: { type: DEVICES, id, attributes } });
}

const at = (id: string): string => `/settings/devices/${encodeURIComponent(id)}`;
