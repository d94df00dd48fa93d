/** All links to files of this home at one place: what they show, whose they are; and their end. */
import { useEffect, useState } from "preact/hooks";
import { address } from "../parts/route.ts";
import { useDrive } from "../parts/use_drive.ts";
import { ROOT } from "../replica/node.ts";
import type { Tree } from "../replica/tree.ts";
import { t } from "../words/words.ts";
import { LinkLine } from "./link_line.tsx";
import { allLinks, idsOf, type Link } from "./links.ts";

export function SharedScreen() {
  const { tree } = useDrive();
  const [links, found] = useState<readonly Link[]>();
  const [problem, failed] = useState("");
  const load = () => allLinks().then(found, () => failed(t("needsNetwork")));
  useEffect(() => void load(), []);
  return (
    <section class="screen scrolls" aria-label={t("shared")}>
      <header class="head">
        <h1>{t("shared")}</h1>
      </header>
      {problem && <p class="notice">{problem}</p>}
      {links?.length === 0 && (
        <div class="empty">
          <h2>{t("sharedNone")}</h2>
          <p>{t("sharedNoneHint")}</p>
        </div>
      )}
      <ul class="rows">
        {links?.map((link) => (
          <LinkLine
            key={link.id}
            link={link}
            title={<Names link={link} tree={tree} />}
            onEnded={() => void load()}
          />
        ))}
      </ul>
    </section>
  );
}

/** What a link is about; each leads to where it lies. */
function Names({ link, tree }: { link: Link; tree: Tree }) {
  return (
    <span class="names">
      {idsOf(link).map((id) => {
        const node = tree.get(id);
        if (!node) return <span key={id}>{t("unknownPlace")}</span>;
        const place = node.kind === "directory" ? id : node.parent;
        return (
          <a key={id} class="strong" href={address({ screen: "files", id: place })}>
            {id === ROOT ? t("files") : node.name}
          </a>
        );
      })}
    </span>
  );
}
