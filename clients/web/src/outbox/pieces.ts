/** Large contents go in pieces (TUS 1.0), so that a cut connection costs one piece. */
import { authorised, Refused, refusal, send } from "../home/api.ts";
import { Unreachable } from "../home/session.ts";
import { passed } from "../replica/replica.ts";

interface Described {
  readonly parent: string;
  readonly name: string;
  readonly mime: string;
  readonly updatedAt: string;
}

const PIECE = 8 << 20;
const VERSION = { "Tus-Resumable": "1.0.0" };
const PATIENCE = 5;

export interface Underway {
  readonly sent: (bytes: number) => void;
  readonly signal?: AbortSignal | undefined;
  /** Where the pieces went until now, for what was begun before. */
  readonly address?: string | undefined;
  /** Told where the pieces go, so that it is known later. */
  readonly begun: (address: string) => Promise<void>;
}

/**
 * Send a content in pieces, from where the home stands; returns the id of the file. Throws Refused,
 * Stopped, and Unreachable at last.
 */
export async function sendPieces(
  described: Described,
  content: Blob,
  underway: Underway,
): Promise<string> {
  let { address, offset } = await placeFor(described, content, underway);
  let failures = 0;
  for (;;) {
    try {
      if (failures) offset = await reached(address);
      underway.sent(offset);
      const piece = content.slice(offset, offset + PIECE);
      const id = await append(address, piece, offset, underway);
      offset += piece.size;
      failures = 0;
      if (id) return id;
    } catch (error) {
      failures += 1;
      if (!(error instanceof Unreachable) || failures > PATIENCE) throw error;
      await passed(1_000 * 2 ** failures);
    }
  }
}

/** Find where an upload goes on, or begin one: the home keeps pieces for a week. */
async function placeFor(
  described: Described,
  content: Blob,
  { address, begun }: Underway,
): Promise<{ address: string; offset: number }> {
  if (address) {
    try {
      return { address, offset: await reached(address) };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }
  const fresh = await begin(described, content.size);
  await begun(fresh);
  return { address: fresh, offset: 0 };
}

/** Let the home forget the pieces of what is not wanted any more. */
export async function forgetPieces(address: string): Promise<void> {
  await authorised(address, { method: "DELETE", headers: VERSION });
}

async function begin({ parent, name, mime, updatedAt }: Described, size: number): Promise<string> {
  const metadata = { filename: name, dir_id: parent, filetype: mime, updated_at: updatedAt };
  const response = await authorised("/files/uploads", {
    method: "POST",
    headers: {
      ...VERSION,
      "Upload-Length": String(size),
      "Upload-Metadata": Object.entries(metadata)
        .filter(([, value]) => value)
        .map(([key, value]) => `${key} ${base64(value)}`)
        .join(","),
    },
  });
  if (!response.ok) throw refusal(response.status, await response.text());
  return response.headers.get("Location") ?? "";
}

async function reached(address: string): Promise<number> {
  const response = await authorised(address, { method: "HEAD", headers: VERSION });
  if (!response.ok) throw new Refused(response.status, "");
  return Number(response.headers.get("Upload-Offset"));
}

async function append(
  address: string,
  piece: Blob,
  offset: number,
  { sent, signal }: Underway,
): Promise<string> {
  const headers = {
    ...VERSION,
    "Upload-Offset": String(offset),
    "Content-Type": "application/offset+octet-stream",
  };
  return send("PATCH", address, piece, headers, {
    sent: (bytes) => sent(offset + bytes),
    signal,
    header: "Foyer-File-Id",
  });
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
