/** What happened in this home, newest first: who came in, what was let in, ended or deleted. */
import { useState } from "preact/hooks";
import { audit, type AuditPage, type Happened } from "../home/settings.ts";
import { dateAndTime, eventInWords, t } from "../words/words.ts";
import { say } from "./saying.tsx";

export function AuditCard() {
  const [entries, found] = useState<readonly Happened[]>([]);
  const [next, know] = useState<string>();
  const take = (page: AuditPage, before: readonly Happened[]) => {
    found([...before, ...page.data]);
    know(page.links?.next);
  };
  return (
    <article class="card">
      <details
        onToggle={({ currentTarget: { open } }) => {
          if (open) audit().then((page) => take(page, []), say);
        }}
      >
        <summary>
          <h2>{t("audit")}</h2>
        </summary>
        <ul class="rows">
          {entries.map((entry) => (
            <li key={entry.id}>
              <Line entry={entry} />
            </li>
          ))}
        </ul>
        {next && (
          <button
            type="button"
            class="second"
            onClick={() => void audit(next).then((page) => take(page, entries), say)}
          >
            {t("auditMore")}
          </button>
        )}
      </details>
    </article>
  );
}

function Line({ entry: { attributes } }: { entry: Happened }) {
  const { at, event, subject, address, actor, count = 1 } = attributes;
  return (
    <div>
      {eventInWords(event)}
      {subject && ` : ${subject}`}
      {count > 1 && ` (${count})`}
      <p class="hint">{[dateAndTime(at), actor.name, address].filter(Boolean).join(" · ")}</p>
    </div>
  );
}
