/** Text as it is searched: case and accents folded away, so that `elec` finds `Électricité`. */

const PLAIN = /^[\x20-\x7e]*$/;

export function folded(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase();
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/\s/g, " ")
    .toLowerCase();
}

/** Return the words of a question, folded, each once. */
export function wordsOf(question: string): string[] {
  return [...new Set(folded(question).split(" ").filter(Boolean))];
}
