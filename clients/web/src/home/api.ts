/** Requests to the home, as the owner's web app. */
import { reach, refuse, token, Unreachable } from "./session.ts";

/** The home said no: `status` is HTTP's, `detail` its own words (JSON:API). */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly detail: string,
  ) {
    super(`${status}: ${detail}`);
  }
}

/** Ask with the token, and once more with a new one where it had run out (cozy.md 0: 400). */
export async function authorised(address: string, init: RequestInit = {}): Promise<Response> {
  const key = await token();
  const response = await reach(address, withToken(init, key));
  if (response.status !== 401 && !(await hasExpired(response))) return response;
  await refuse(key);
  return reach(address, withToken(init, await token()));
}

/**
 * Ask, and read the answer as JSON; nothing where there is none. With `rev` only while the document
 * is at that revision (412 otherwise). Throws Refused, Unreachable.
 */
export async function ask<T>(
  method: string,
  address: string,
  body?: unknown,
  rev?: string,
): Promise<T> {
  const init: RequestInit = { method, headers: { Accept: "application/vnd.api+json" } };
  if (rev) init.headers = { ...init.headers, "If-Match": rev };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { ...init.headers, "Content-Type": "application/vnd.api+json" };
  }
  return answered<T>(await authorised(address, init));
}

async function answered<T>(response: Response): Promise<T> {
  const text = await response.text();
  if (!response.ok) throw refusal(response.status, text);
  return (text ? JSON.parse(text) : undefined) as T;
}

/** Say in one line what an error's body says. */
export function refusal(status: number, text: string): Refused {
  try {
    const said = JSON.parse(text) as {
      errors?: { detail?: string; title?: string }[];
      reason?: string;
      error?: string;
    };
    const first = said.errors?.[0];
    return new Refused(status, first?.detail ?? first?.title ?? said.reason ?? said.error ?? text);
  } catch {
    return new Refused(status, text.slice(0, 200));
  }
}

export interface Sent {
  /** Told how many bytes have gone. */
  readonly sent: (bytes: number) => void;
  /** Ends it: Stopped is thrown. */
  readonly signal?: AbortSignal | undefined;
  /** The header of the answer that is wanted, and not its body. */
  readonly header?: string;
}

/** Sending was stopped by the owner. */
export class Stopped extends Error {}

/**
 * Send a content, telling how much has gone, which `fetch` cannot. Returns the answer's body, or the
 * header that is named, "" without it. Throws Refused, Stopped, Unreachable.
 */
export async function send(
  method: string,
  address: string,
  content: Blob,
  headers: Record<string, string>,
  { sent, signal, header }: Sent,
): Promise<string> {
  const key = await token();
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, address);
    request.setRequestHeader("Authorization", `Bearer ${key}`);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => sent(event.loaded);
    request.onload = () => {
      if (request.status >= 502 && request.status <= 504) reject(new Unreachable());
      else if (request.status >= 400) reject(refusal(request.status, request.responseText));
      else resolve(header ? (request.getResponseHeader(header) ?? "") : request.responseText);
    };
    request.onerror = () => reject(new Unreachable());
    request.onabort = () => reject(new Stopped());
    signal?.addEventListener("abort", () => request.abort());
    if (signal?.aborted) return reject(new Stopped());
    request.send(content);
  });
}

function withToken(init: RequestInit, key: string): RequestInit {
  const headers = new Headers(init.headers);
  headers.set("Authorization", `Bearer ${key}`);
  return { ...init, headers };
}

async function hasExpired(response: Response): Promise<boolean> {
  if (response.status !== 400) return false;
  return (await response.clone().text()).includes("Expired token");
}
