/** One line at the foot of the window, for what went wrong or is done; it is read out too. */
import { useEffect, useState } from "preact/hooks";
import { Refused } from "../home/api.ts";
import { Unreachable } from "../home/session.ts";
import { t } from "../words/words.ts";

interface Offer {
  readonly does: string;
  readonly act: () => Promise<void>;
}

interface Line {
  readonly text: string;
  readonly offer?: Offer;
}

const told = new EventTarget();
const LASTING = 8_000;

/** Say something, an error in the words that help; with an offer, what can be done about it. */
export function say(what: unknown, offer?: Offer): void {
  const line: Line = { text: inWords(what), ...(offer && { offer }) };
  told.dispatchEvent(new CustomEvent("say", { detail: line }));
}

function inWords(what: unknown): string {
  if (what instanceof Unreachable) return t("unreachable");
  if (what instanceof Refused) return t("troubleRefused", { detail: what.detail });
  return String(what);
}

export function Saying() {
  const [line, change] = useState<Line>();
  useEffect(() => {
    let timer = 0;
    const said = (event: Event) => {
      change((event as CustomEvent<Line>).detail);
      clearTimeout(timer);
      timer = setTimeout(() => change(undefined), LASTING) as unknown as number;
    };
    told.addEventListener("say", said);
    return () => told.removeEventListener("say", said);
  }, []);
  return (
    <div class="saying" role="status" aria-live="polite" hidden={!line}>
      {line?.text}
      {line?.offer && (
        <button
          type="button"
          class="plain"
          onClick={() => {
            const { offer } = line;
            change(undefined);
            void offer?.act().catch(say);
          }}
        >
          {line.offer.does}
        </button>
      )}
    </div>
  );
}
