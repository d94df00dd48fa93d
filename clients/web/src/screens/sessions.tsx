/** Where the owner is signed in; a session that is ended is out at once. */
import { useEffect, useState } from "preact/hooks";
import { allSessions, currentSession, endSession, type Session } from "../home/settings.ts";
import { ago, t } from "../words/words.ts";
import { say } from "./saying.tsx";

export function SessionsCard() {
  const [sessions, found] = useState<readonly Session[]>();
  const [here, know] = useState("");
  const load = () => allSessions().then(found, () => undefined);
  useEffect(() => {
    void load();
    currentSession().then(know, () => undefined);
  }, []);
  return (
    <article class="card">
      <h2>{t("signIns")}</h2>
      <p>
        <a class="button second" href="/auth/security">
          {t("security")}
        </a>
      </p>
      <p class="quiet">{t("signInsHint")}</p>
      <h3>{t("sessions")}</h3>
      <ul class="rows">
        {sorted(sessions ?? [], here).map(({ id, attributes }) => (
          <li key={id}>
            <div>
              <strong>{browserOf(attributes.user_agent)}</strong>{" "}
              {id === here && <span class="tag">{t("sessionHere")}</span>}
              <p class="hint">
                {t("deviceSeen", { when: ago(attributes.last_seen) })} · {attributes.ip}
              </p>
            </div>
            {id !== here && (
              <button
                type="button"
                class="small danger"
                aria-label={`${t("sessionEnd")} ${browserOf(attributes.user_agent)}`}
                onClick={() => void endSession(id).then(load).catch(say)}
              >
                {t("sessionEnd")}
              </button>
            )}
          </li>
        ))}
      </ul>
    </article>
  );
}

/** This browser's first, then the latest seen. */
function sorted(sessions: readonly Session[], here: string): Session[] {
  const seen = ({ id, attributes }: Session) => (id === here ? "~" : attributes.last_seen);
  return [...sessions].sort((one, other) => (seen(one) < seen(other) ? 1 : -1));
}

const BROWSERS = [
  ["Edg", "Edge"],
  ["OPR/", "Opera"],
  ["SamsungBrowser", "Samsung Internet"],
  ["Firefox/", "Firefox"],
  ["FxiOS", "Firefox"],
  ["CriOS", "Chrome"],
  ["Chrome/", "Chrome"],
  ["Safari/", "Safari"],
] as const;
const SYSTEMS = ["Android", "iPhone", "iPad", "Windows", "Mac OS X", "CrOS", "Linux"] as const;

/** Say what a User-Agent header says to a person. */
export function browserOf(agent: string): string {
  const browser = BROWSERS.find(([mark]) => agent.includes(mark))?.[1];
  const system = SYSTEMS.find((mark) => agent.includes(mark))?.replace("Mac OS X", "macOS");
  return [browser, system].filter(Boolean).join(", ") || agent.slice(0, 40);
}
