/** Links to a file or a directory: make one, see those there are, end them. */
import { useEffect, useState } from "preact/hooks";
import { ask } from "../home/api.ts";
import { Dialog } from "../parts/dialog.tsx";
import type { Node } from "../replica/node.ts";
import { date, t } from "../words/words.ts";
import { addressOf, allLinks, isAbout, type Link } from "./links.ts";
import { say } from "./saying.tsx";

const DAYS = { never: 0, day: 1, week: 7, month: 30 } as const;
type Ends = keyof typeof DAYS;

export function ShareDialog({ node, onClose }: { node: Node; onClose: () => void }) {
  const [links, found] = useState<readonly Link[]>();
  const [password, protect] = useState("");
  const [ends, end] = useState<Ends>("never");
  const [problem, failed] = useState("");

  const load = () =>
    allLinks()
      .then((links) => found(links.filter((link) => isAbout(link, node.id))))
      .catch(() => failed(t("needsNetwork")));
  useEffect(() => void load(), [node.id]);

  async function make(): Promise<void> {
    const ttl = DAYS[ends] ? `&ttl=${DAYS[ends]}D` : "";
    const rule = { type: "io.cozy.files", verbs: ["GET"], values: [node.id] };
    try {
      await ask("POST", `/permissions?codes=link${ttl}`, {
        data: {
          type: "io.cozy.permissions",
          attributes: { permissions: { files: rule }, ...(password && { password }) },
        },
      });
      protect("");
      await load();
    } catch (error) {
      say(error);
    }
  }

  async function endLink(link: Link): Promise<void> {
    try {
      await ask("DELETE", `/permissions/${encodeURIComponent(link.id)}`);
      await load();
    } catch (error) {
      say(error);
    }
  }

  return (
    <Dialog title={`${t("share")} · ${node.name}`} shape="sheet" onClose={onClose}>
      <p>{t("shareIntro")}</p>
      {problem && <p class="notice bad">{problem}</p>}
      {links && links.length > 0 && (
        <section aria-label={t("shareLinks")}>
          <ul class="rows">
            {links.map((link) => (
              <li key={link.id}>
                <div>
                  <code class="address">{addressOf(link)}</code>
                  {link.attributes.expires_at && (
                    <p class="hint">
                      {t("shareEnds")} {date(link.attributes.expires_at)}
                    </p>
                  )}
                </div>
                <button
                  type="button"
                  class="small"
                  onClick={() =>
                    void navigator.clipboard
                      .writeText(addressOf(link))
                      .then(() => say(t("shareCopied")), say)
                  }
                >
                  {t("shareCopy")}
                </button>
                <button type="button" class="small danger" onClick={() => void endLink(link)}>
                  {t("shareEnd")}
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void make();
        }}
      >
        <label for="share-password">{t("sharePassword")}</label>
        <input
          id="share-password"
          type="text"
          autocomplete="off"
          value={password}
          onInput={({ currentTarget }) => protect(currentTarget.value)}
        />
        <label for="share-ends">{t("shareEnds")}</label>
        <select
          id="share-ends"
          value={ends}
          onChange={({ currentTarget }) => end(currentTarget.value as Ends)}
        >
          <option value="never">{t("shareNever")}</option>
          <option value="day">{t("shareDay")}</option>
          <option value="week">{t("shareWeek")}</option>
          <option value="month">{t("shareMonth")}</option>
        </select>
        <div class="actions">
          <button type="submit">{t("shareMake")}</button>
        </div>
      </form>
    </Dialog>
  );
}
