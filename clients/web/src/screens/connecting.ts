/** The programs that people connect, each with the address it takes and what to do in it: pure. */
import { t } from "../words/words.ts";

export const CLIENTS = [
  "phone",
  "mac",
  "windows",
  "linux",
  "nextcloud",
  "rclone",
  "pouchdb",
  "other",
] as const;
export type Client = (typeof CLIENTS)[number];

export interface Home {
  /** Scheme and host, as the browser has them. */
  readonly origin: string;
  readonly login: string;
  readonly password: string;
}

/** Return the kind of app password that a program needs (`server/devices/kinds`). */
export function kindFor(client: Client): string {
  return client === "pouchdb" ? "couchdb" : "webdav";
}

export function nameOf(client: Client): string {
  switch (client) {
    case "phone":
      return t("clientPhone");
    case "mac":
      return t("clientMac");
    case "windows":
      return t("clientWindows");
    case "linux":
      return t("clientLinux");
    case "nextcloud":
      return t("clientNextcloud");
    case "rclone":
      return "rclone";
    case "pouchdb":
      return "PouchDB, CouchDB";
    case "other":
      return t("clientOther");
  }
}

/** Return the address that is typed into the program. */
export function addressFor(client: Client, { origin }: Pick<Home, "origin">): string {
  switch (client) {
    case "phone":
    case "nextcloud":
      return origin;
    case "linux":
      return `${origin.replace(/^http/, "dav")}/dav/files/`;
    case "pouchdb":
      return `${origin}/couchdb`;
    default:
      return `${origin}/dav/files/`;
  }
}

/** Say what to do in the program. */
export function stepsFor(client: Client): string {
  switch (client) {
    case "phone":
      return t("stepsPhone");
    case "mac":
      return t("stepsMac");
    case "windows":
      return t("stepsWindows");
    case "linux":
      return t("stepsLinux");
    case "nextcloud":
      return t("stepsNextcloud");
    case "rclone":
      return t("stepsRclone");
    case "pouchdb":
      return t("stepsPouchdb");
    case "other":
      return t("stepsOther");
  }
}

/** Return a command or a line of code that connects, where there is one. */
export function commandFor(client: Client, home: Home): string | undefined {
  const { login, password } = home;
  const address = addressFor(client, home);
  if (client === "rclone") {
    return `rclone config create --obscure foyer webdav url=${address} vendor=other user=${login} pass=${password}`;
  }
  if (client === "pouchdb") {
    return `new PouchDB("${address}/io.cozy.notes", { auth: { username: "${login}", password: "${password}" } })`;
  }
  return undefined;
}

/** Return what a phone's camera reads: Nextcloud's applications sign in by it, others open it. */
export function scanFor(client: Client, home: Home): string {
  if (client !== "phone" && client !== "nextcloud") return addressFor(client, home);
  const { login, password, origin } = home;
  return `nc://login/user:${login}&password:${password}&server:${origin}`;
}

/** Tell whether other machines can send passwords to this address: not over http. */
export function isReachable({ origin }: Pick<Home, "origin">): boolean {
  return origin.startsWith("https:");
}
