/** Links to a file or a directory: make one, see those there are, end them. */
import { useEffect, useState } from "preact/hooks";
import { Dialog } from "../parts/dialog.tsx";
import { useSettled } from "../parts/use_settled.ts";
import type { Node } from "../replica/node.ts";
import { t } from "../words/words.ts";
import { LinkLine, RIGHT_NAMES } from "./link_line.tsx";
import { addressOf, allLinks, isAbout, type Link, makeLink, type Right, RIGHTS } from "./links.ts";
import { say } from "./saying.tsx";

const DAYS = { never: 0, day: 1, week: 7, month: 30 } as const;
type Ends = keyof typeof DAYS;

/** What is still being sent has no id at home that a link could name: it is waited for. */
export function ShareDialog({ node: asked, onClose }: { node: Node; onClose: () => void }) {
  const node = useSettled(asked);
  const [links, found] = useState<readonly Link[]>();
  const [problem, failed] = useState("");
  const load = () =>
    allLinks()
      .then((all) => found(all.filter((link) => isAbout(link, node.id))))
      .catch(() => failed(t("needsNetwork")));
  useEffect(() => void load(), [node.id]);
  return (
    <Dialog title={`${t("share")} · ${node.name}`} shape="sheet" onClose={onClose}>
      {problem && <p class="notice bad">{problem}</p>}
      {links && links.length > 0 && (
        <section aria-label={t("shareLinks")}>
          <ul class="rows">
            {links.map((link) => (
              <LinkLine
                key={link.id}
                link={link}
                title={<code class="address">{addressOf(link)}</code>}
                onEnded={() => void load()}
              />
            ))}
          </ul>
        </section>
      )}
      {node.waiting ? (
        <p class="notice" role="status">
          {t("shareWaits")}
        </p>
      ) : (
        <Form node={node} onMade={() => void load()} />
      )}
    </Dialog>
  );
}

function Form({ node, onMade }: { node: Node; onMade: () => void }) {
  const [right, allow] = useState<Right>("look");
  const [password, protect] = useState("");
  const [ends, end] = useState<Ends>("never");

  async function make(): Promise<void> {
    try {
      await makeLink({ id: node.id, right, password, days: DAYS[ends] });
      protect("");
      onMade();
    } catch (error) {
      say(error);
    }
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void make();
      }}
    >
      {node.kind === "directory" && (
        <>
          <label for="share-right">{t("linkRight")}</label>
          <select
            id="share-right"
            value={right}
            onChange={({ currentTarget: { value } }) =>
              allow(RIGHTS.find((each) => each === value) ?? "look")
            }
          >
            {RIGHTS.map((each) => (
              <option key={each} value={each}>
                {RIGHT_NAMES[each]()}
              </option>
            ))}
          </select>
        </>
      )}
      <p class="hint">{t(right === "put" ? "sharePutIntro" : "shareIntro")}</p>
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
  );
}
