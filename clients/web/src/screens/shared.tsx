/** All links to files of this home at one place: what they show, until when; and their end. */
import { useEffect, useState } from "preact/hooks";
import { ask } from "../home/api.ts";
import { Icon } from "../parts/icon.tsx";
import { useDrive } from "../parts/use_drive.ts";
import { date, t } from "../words/words.ts";
import { addressOf, allLinks, type Link } from "./links.ts";
import { say } from "./saying.tsx";

export function SharedScreen() {
  const { tree } = useDrive();
  const [links, found] = useState<readonly Link[]>();
  const [problem, failed] = useState("");
  const load = () => allLinks().then(found, () => failed(t("needsNetwork")));
  useEffect(() => void load(), []);

  async function end(link: Link): Promise<void> {
    try {
      await ask("DELETE", `/permissions/${encodeURIComponent(link.id)}`);
      await load();
    } catch (error) {
      say(error);
    }
  }

  const names = (link: Link) =>
    Object.values(link.attributes.permissions)
      .flatMap((rule) => rule.values ?? [])
      .map((id) => tree.get(id)?.name ?? t("unknownPlace"))
      .join(", ");

  return (
    <section class="screen scrolls" aria-label={t("shared")}>
      <header class="head">
        <h1>{t("shared")}</h1>
      </header>
      {problem && <p class="notice">{problem}</p>}
      {links?.length === 0 && <p class="quiet">{t("sharedNone")}</p>}
      <ul class="rows">
        {links?.map((link) => (
          <li key={link.id}>
            <div>
              <strong>{names(link)}</strong>
              <p class="hint">
                {link.attributes.password ? `${t("withPassword")} · ` : ""}
                {link.attributes.expires_at
                  ? `${t("shareEnds")} ${date(link.attributes.expires_at)}`
                  : t("shareNever")}
              </p>
            </div>
            <button
              type="button"
              class="small second"
              onClick={() =>
                void navigator.clipboard
                  .writeText(addressOf(link))
                  .then(() => say(t("shareCopied")), say)
              }
            >
              <Icon name="link" /> {t("shareCopy")}
            </button>
            <button type="button" class="small danger" onClick={() => void end(link)}>
              {t("shareEnd")}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
