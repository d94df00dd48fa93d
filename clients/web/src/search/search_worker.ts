/** The search beside the page: it keeps the index and answers questions, so that typing never waits. */
import { type Found, type Question, type Row, SearchIndex } from "./search_index.ts";

export type Told =
  | { readonly put: readonly Row[]; readonly removed: readonly string[] }
  | { readonly number: number; readonly question: Question };

export interface Answer {
  readonly number: number;
  readonly found: Found;
}

const index = new SearchIndex();

addEventListener("message", ({ data }: MessageEvent<Told>) => {
  if ("question" in data) {
    const answer: Answer = { number: data.number, found: index.find(data.question) };
    postMessage(answer);
    return;
  }
  for (const row of data.put) index.put(row);
  for (const id of data.removed) index.remove(id);
});
