/** A folder as it was at a moment: looked at first, then brought back. */
import { useState } from "preact/hooks";
import { ask } from "../home/api.ts";
import { Dialog } from "../parts/dialog.tsx";
import type { Node } from "../replica/node.ts";
import { count, t } from "../words/words.ts";
import { undoable } from "./actions.ts";
import { say } from "./saying.tsx";

interface Past {
  readonly data: readonly {
    readonly id: string;
    readonly attributes: {
      readonly path: string;
      readonly moved: boolean;
      readonly lost: boolean;
      readonly version?: string;
    };
  }[];
  readonly meta: { readonly newcomers: readonly unknown[] };
}

interface Rewound {
  readonly data: { readonly attributes: { readonly before: string } };
}

/** Bring a folder back to a moment; returns the moment just before, to which one can go back. */
async function rewindTo(folder: string, at: string): Promise<string> {
  const { data } = await ask<Rewound>("POST", `${folder}/restore_at`, { data: { attributes: { at } } });
  return data.attributes.before;
}

export function RewindDialog({ directory, onClose }: { directory: Node; onClose: () => void }) {
  const [moment, choose] = useState("");
  const [past, found] = useState<Past>();
  const at = `/files/${encodeURIComponent(directory.id)}`;
  const changes = past?.data.filter(
    ({ attributes: { moved, version } }) => moved || version !== undefined,
  );

  async function look(value: string): Promise<void> {
    choose(value);
    found(undefined);
    if (!value) return;
    try {
      const asked = encodeURIComponent(new Date(value).toISOString());
      found(await ask<Past>("GET", `${at}/past?At=${asked}`));
    } catch (error) {
      say(error);
    }
  }

  async function bringBack(): Promise<void> {
    try {
      const before = await rewindTo(at, new Date(moment).toISOString());
      undoable(t("done"), () => rewindTo(at, before).then(() => say(t("done"))));
    } catch (error) {
      say(error);
    }
  }

  return (
    <Dialog title={t("rewind")} shape="sheet" onClose={onClose}>
      <p>{t("rewindIntro")}</p>
      <label for="moment">{t("rewindTo")}</label>
      <input
        id="moment"
        type="datetime-local"
        value={moment}
        onInput={({ currentTarget }) => void look(currentTarget.value)}
      />
      {past && changes && (
        <>
          <p role="status">
            {count("rewindBack", changes.length)} {count("rewindAway", past.meta.newcomers.length)}
          </p>
          <ul class="places">
            {changes.slice(0, 200).map((each) => (
              <li key={each.id}>
                {each.attributes.path}
                {each.attributes.lost && ` (${t("rewindLost")})`}
              </li>
            ))}
          </ul>
        </>
      )}
      <form method="dialog" class="actions" onSubmit={() => void bringBack()}>
        <button type="submit" disabled={!past}>
          {t("rewindDo")}
        </button>
      </form>
    </Dialog>
  );
}
