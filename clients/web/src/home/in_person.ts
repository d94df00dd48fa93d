/** What only the owner in person may ask: by the session itself, and not by the app's key. */
import { Refused, refusal } from "./api.ts";
import { reach, SignedOut } from "./session.ts";

/** The owner is to show their passphrase once more, a moment ago is not long ago enough. */
export class ProofNeeded extends Error {}

/** Ask, and read the answer as JSON. Throws ProofNeeded, Refused, SignedOut, Unreachable. */
export async function askInPerson<T>(method: string, address: string, body?: unknown): Promise<T> {
  const init: RequestInit = { method, headers: { Accept: "application/vnd.api+json" } };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { ...init.headers, "Content-Type": "application/vnd.api+json" };
  }
  const response = await reach(address, init);
  const text = await response.text();
  if (response.ok) return (text ? JSON.parse(text) : undefined) as T;
  if (response.status === 401) throw new SignedOut();
  const refused: Refused = refusal(response.status, text);
  if (response.status === 403 && text.includes("/auth/security/confirm")) throw new ProofNeeded();
  throw refused;
}

/** Where the passphrase is shown once more; from there one comes back to a place of the app. */
export function proofAddress(backTo: string): string {
  return `/auth/security/confirm?redirect=${encodeURIComponent(`/${backTo}`)}`;
}
