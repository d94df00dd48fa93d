/** What is known of a file or folder: where it lies, who changed it, and its older versions. */
import { useEffect, useState } from "preact/hooks";
import { Dialog } from "../parts/dialog.tsx";
import { useDrive } from "../parts/use_drive.ts";
import { useSettled } from "../parts/use_settled.ts";
import { useEditing } from "../parts/use_editing.ts";
import type { Node } from "../replica/node.ts";
import { sizesOf } from "../replica/sizes.ts";
import { bytes, dateAndTime, t } from "../words/words.ts";
import { undoable } from "./actions.ts";
import { CompareDialog, isComparable } from "./compare.tsx";
import { AtIt } from "./node_row.tsx";
import { askTold, revert } from "./reverting.ts";
import { say } from "./saying.tsx";
import { placeOf } from "./place.ts";
import { type Told, type Version, versionsOf, whoChanged } from "./who_changed.ts";

export function DetailsDialog({ node: asked, onClose }: { node: Node; onClose: () => void }) {
  const node = useSettled(asked);
  const [told, found] = useState<Told>();
  const [problem, failed] = useState("");
  useEffect(() => {
    if (!node.waiting) askTold(node.id).then(found, () => failed(t("needsNetwork")));
  }, [node.id]);
  return (
    <Dialog title={node.name} shape="sheet" onClose={onClose}>
      <Facts node={node} told={told} />
      {problem && <p class="notice">{problem}</p>}
      {node.kind === "file" && told && (
        <Versions node={node} versions={versionsOf(told)} onReverted={onClose} />
      )}
    </Dialog>
  );
}

function Facts({ node, told }: { node: Node; told: Told | undefined }) {
  const { tree } = useDrive();
  const editing = useEditing().get(node.id);
  const size = node.kind === "file" ? node.size : (sizesOf(tree).get(node.id) ?? 0);
  return (
    <dl>
      <div>
        <dt>{t("place")}</dt>
        <dd>{placeOf(tree, node)}</dd>
      </div>
      <div>
        <dt>{t("size")}</dt>
        <dd>
          {bytes(size)} {node.mime && `· ${node.mime}`}
        </dd>
      </div>
      {editing && (
        <div>
          <dt>{t("editor")}</dt>
          <dd>
            <AtIt editing={editing} />
          </dd>
        </div>
      )}
      {told ? (
        whoChanged(told).map(({ what, at, by }) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>{[dateAndTime(at), by].filter(Boolean).join(" · ")}</dd>
          </div>
        ))
      ) : (
        <div>
          <dt>{t("changed")}</dt>
          <dd>{dateAndTime(node.updatedAt)}</dd>
        </div>
      )}
    </dl>
  );
}

interface VersionsProps {
  readonly node: Node;
  readonly versions: readonly Version[];
  readonly onReverted: () => void;
}

function Versions({ node, versions, onReverted }: VersionsProps) {
  const [compared, compare] = useState<Version>();

  async function bringBack(version: Version): Promise<void> {
    try {
      const former = await revert(node.id, version);
      onReverted(); // a window that is open would keep the way back from being clicked
      if (former) undoable(t("done"), () => revert(node.id, former).then(() => say(t("done"))));
      else say(t("done"));
    } catch (error) {
      say(error);
    }
  }

  return (
    <section aria-labelledby="versions">
      <h3 id="versions">{t("versions")}</h3>
      {versions.length === 0 && <p class="quiet">{t("versionsNone")}</p>}
      <ul class="rows">
        {versions.map((version) => (
          <li key={version.id}>
            <div>
              {dateAndTime(version.at)}
              <p class="hint">{[bytes(version.size), version.by].filter(Boolean).join(" · ")}</p>
            </div>
            <span class="doing">
              {isComparable(node) && (
                <button
                  type="button"
                  class="small second"
                  aria-label={`${t("compare")} ${dateAndTime(version.at)}`}
                  onClick={() => compare(version)}
                >
                  {t("compare")}
                </button>
              )}
              <button
                type="button"
                class="small second"
                aria-label={`${t("versionRestore")} ${dateAndTime(version.at)}`}
                onClick={() => void bringBack(version)}
              >
                {t("versionRestore")}
              </button>
            </span>
          </li>
        ))}
      </ul>
      {compared && (
        <CompareDialog
          node={node}
          versionId={compared.id}
          at={compared.at}
          onClose={() => compare(undefined)}
        />
      )}
    </section>
  );
}
