/** The key to the home's API: short-lived, kept in memory, made from the session's cookie. */

/** Nothing answers: there is no network, or the home is not reached. */
export class Unreachable extends Error {}

/** The owner is not signed in here any more. */
export class SignedOut extends Error {}

interface Entry {
  readonly token: string;
  readonly owner: string;
  /** Whether office documents can be edited here. */
  readonly office: boolean;
  /** Whether office documents can be looked at here as PDF. */
  readonly previews: boolean;
}

let current: Promise<Entry> | undefined;

/** Return the token, asking for one when there is none. Throws Unreachable and SignedOut. */
export async function token(): Promise<string> {
  current ??= enter();
  try {
    return (await current).token;
  } catch (error) {
    current = undefined;
    throw error;
  }
}

/** Tell whether office documents can be edited, as far as the home was reached. */
export async function hasOffice(): Promise<boolean> {
  return (await current?.catch(() => undefined))?.office ?? false;
}

/** Tell whether the home makes PDFs of office documents, as far as it was reached. */
export async function hasPreviews(): Promise<boolean> {
  return (await current?.catch(() => undefined))?.previews ?? false;
}

/** Forget a token that the home refused, unless another has taken its place. */
export async function refuse(refused: string): Promise<void> {
  const held = await current?.catch(() => undefined);
  if (held?.token === refused) current = undefined;
}

async function enter(): Promise<Entry> {
  const response = await reach("/app/token", { method: "POST", cache: "no-store" });
  if (response.status === 401 || response.status === 403) throw new SignedOut();
  if (!response.ok) throw new Unreachable(`HTTP ${response.status}`);
  return (await response.json()) as Entry;
}

/** Fetch; what the network does not carry is Unreachable, also when a proxy says that of the home. */
export async function reach(address: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(address, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Unreachable(String(error));
  }
  if (response.status >= 502 && response.status <= 504) {
    throw new Unreachable(`HTTP ${response.status}`);
  }
  return response;
}
