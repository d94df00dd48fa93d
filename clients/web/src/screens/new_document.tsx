/** A new document in a directory, opened in the office editor at once; this needs the network. */
import { ask } from "../home/api.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Icon } from "../parts/icon.tsx";
import { t } from "../words/words.ts";
import { say } from "./saying.tsx";

const KINDS = ["docx", "xlsx", "pptx"] as const;
type Kind = (typeof KINDS)[number];

const NAMES: { readonly [K in Kind]: () => string } = {
  docx: () => t("newText"),
  xlsx: () => t("newSpreadsheet"),
  pptx: () => t("newPresentation"),
};

interface Made {
  readonly edit: string;
}

export function NewDocumentDialog({ parent, onClose }: { parent: string; onClose: () => void }) {
  async function make(type: Kind): Promise<void> {
    // Opened before the home has answered: a browser lets no window open later than the click.
    const window = open("about:blank", "_blank");
    try {
      const { edit } = await ask<Made>("POST", "/office/new", { type, dir_id: parent });
      window?.location.replace(edit);
    } catch (error) {
      window?.close();
      say(error);
    }
  }

  return (
    <Dialog title={t("newDocument")} shape="sheet" onClose={onClose}>
      <ul class="menu">
        {KINDS.map((kind) => (
          <li key={kind}>
            <button
              type="button"
              class="plain"
              onClick={() => {
                onClose();
                void make(kind);
              }}
            >
              <Icon name="text" />
              {NAMES[kind]()}
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
