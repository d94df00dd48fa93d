/** What is known of a file, and its older versions. */
import { useEffect, useState } from "preact/hooks";
import { ask } from "../home/api.ts";
import { Dialog } from "../parts/dialog.tsx";
import { useDrive } from "../parts/use_drive.ts";
import type { Node } from "../replica/node.ts";
import { bytes, dateAndTime, t } from "../words/words.ts";
import { say } from "./saying.tsx";

interface Version {
  readonly id: string;
  readonly attributes: { readonly updated_at: string; readonly size: string };
}

interface Answer {
  readonly included?: readonly (Version & { readonly type: string })[];
}

export function DetailsDialog({ node, onClose }: { node: Node; onClose: () => void }) {
  const { tree } = useDrive();
  const [versions, found] = useState<readonly Version[]>();
  const [problem, failed] = useState("");
  const load = () =>
    ask<Answer>("GET", `/files/${encodeURIComponent(node.id)}`)
      .then(({ included }) =>
        found((included ?? []).filter((each) => each.type === "io.cozy.files.versions")),
      )
      .catch(() => failed(t("needsNetwork")));
  useEffect(() => {
    if (node.kind === "file" && !node.waiting) void load();
  }, [node.id]);

  async function bringBack(version: Version): Promise<void> {
    const part = version.id.split("/").at(-1) ?? "";
    try {
      await ask(
        "POST",
        `/files/revert/${encodeURIComponent(node.id)}/${encodeURIComponent(part)}`,
      );
      await load();
      say(t("done"));
    } catch (error) {
      say(error);
    }
  }

  return (
    <Dialog title={node.name} shape="sheet" onClose={onClose}>
      <dl>
        <div>
          <dt>{t("place")}</dt>
          <dd>{tree.path(node.id)}</dd>
        </div>
        <div>
          <dt>{t("changed")}</dt>
          <dd>{dateAndTime(node.updatedAt)}</dd>
        </div>
        {node.kind === "file" && (
          <div>
            <dt>{t("size")}</dt>
            <dd>
              {bytes(node.size)} · {node.mime}
            </dd>
          </div>
        )}
      </dl>
      {node.kind === "file" && (
        <section aria-labelledby="versions">
          <h3 id="versions">{t("versions")}</h3>
          {problem && <p>{problem}</p>}
          {versions?.length === 0 && <p class="quiet">{t("versionsNone")}</p>}
          <ul class="rows">
            {versions?.map((version) => (
              <li key={version.id}>
                <div>
                  {dateAndTime(version.attributes.updated_at)}
                  <p class="hint">{bytes(Number(version.attributes.size))}</p>
                </div>
                <button type="button" class="small second" onClick={() => void bringBack(version)}>
                  {t("versionRestore")}
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </Dialog>
  );
}
