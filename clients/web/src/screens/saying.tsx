/** One line at the foot of the window, for what went wrong or is done; it is read out too. */
import { useEffect, useState } from "preact/hooks";
import { Refused } from "../home/api.ts";
import { Unreachable } from "../home/session.ts";
import { t } from "../words/words.ts";

const told = new EventTarget();
const LASTING = 6_000;

/** Say something; an error in the words that help. */
export function say(what: unknown): void {
  told.dispatchEvent(new CustomEvent("say", { detail: inWords(what) }));
}

function inWords(what: unknown): string {
  if (what instanceof Unreachable) return t("unreachable");
  if (what instanceof Refused) return t("troubleRefused", { detail: what.detail });
  return String(what);
}

export function Saying() {
  const [line, change] = useState("");
  useEffect(() => {
    let timer = 0;
    const said = (event: Event) => {
      change((event as CustomEvent<string>).detail);
      clearTimeout(timer);
      timer = setTimeout(() => change(""), LASTING) as unknown as number;
    };
    told.addEventListener("say", said);
    return () => told.removeEventListener("say", said);
  }, []);
  return (
    <p class="saying" role="status" aria-live="polite" hidden={!line}>
      {line}
    </p>
  );
}
