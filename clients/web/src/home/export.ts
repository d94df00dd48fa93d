/** All documents of the home in one text, for who leaves or keeps a copy: by type, as they are. */
import { ask, authorised, refusal } from "./api.ts";

/** Return every document that the owner may read: `{"io.cozy.notes": [...], ...}`, in pieces. */
export async function allDocuments(reached: (doctype: string) => void): Promise<Blob> {
  const pieces: string[] = [];
  for (const doctype of await ask<string[]>("GET", "/data/_all_doctypes")) {
    reached(doctype);
    const address = `/data/${encodeURIComponent(doctype)}/_normal_docs`;
    const response = await authorised(`${address}?limit=1000000`);
    const text = await response.text();
    if (response.status === 403 || response.status === 404) continue; // what only the home reads
    if (!response.ok) throw refusal(response.status, text);
    const { rows } = JSON.parse(text) as { rows: unknown };
    pieces.push(`${pieces.length ? "," : "{"}\n${JSON.stringify(doctype)}: ${JSON.stringify(rows)}`);
  }
  return new Blob([...pieces, pieces.length ? "\n}\n" : "{}\n"], { type: "application/json" });
}
