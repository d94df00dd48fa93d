/** Taking everything along, and the end of the home. */
import { useState } from "preact/hooks";
import { allDocuments } from "../home/export.ts";
import { ProofNeeded, proofAddress } from "../home/in_person.ts";
import { askDeletion } from "../home/settings.ts";
import { Dialog } from "../parts/dialog.tsx";
import { useDrive } from "../parts/use_drive.ts";
import { ROOT } from "../replica/node.ts";
import { t } from "../words/words.ts";
import { download, save } from "./actions.ts";
import { say } from "./saying.tsx";

export function LeavingCard() {
  const { tree } = useDrive();
  const [reached, reach] = useState("");
  const [ending, end] = useState(false);
  const root = tree.get(ROOT);

  async function documents(): Promise<void> {
    try {
      const address = URL.createObjectURL(await allDocuments(reach));
      save(address, `${location.hostname}.json`);
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
    } catch (error) {
      say(error);
    } finally {
      reach("");
    }
  }

  return (
    <article class="card">
      <h2>{t("leaving")}</h2>
      <p>{t("leavingHow")}</p>
      <div class="actions">
        <button
          type="button"
          class="second"
          disabled={!root}
          onClick={() => root && void download([{ ...root, name: location.hostname }]).catch(say)}
        >
          {t("exportFiles")}
        </button>
        <button type="button" class="second" disabled={reached !== ""} onClick={() => void documents()}>
          {t("exportDocuments")}
        </button>
        <a class="button second" href="/settings/export?histories=1">
          {t("exportHome")}
        </a>
        <span role="status" class="quiet">
          {reached}
        </span>
      </div>
      <h3>{t("homeEnd")}</h3>
      <p>{t("homeEndHow")}</p>
      <button type="button" class="danger" onClick={() => end(true)}>
        {t("homeEnd")}
      </button>
      {ending && <EndDialog onClose={() => end(false)} />}
    </article>
  );
}

function EndDialog({ onClose }: { onClose: () => void }) {
  const [typed, type] = useState("");
  const [proof, need] = useState(false);
  async function go(): Promise<void> {
    try {
      await askDeletion();
      location.assign("/auth/login");
    } catch (error) {
      if (error instanceof ProofNeeded) need(true);
      else say(error);
    }
  }
  return (
    <Dialog title={t("homeEnd")} onClose={onClose}>
      <p>{t("homeEndHow")}</p>
      {proof && (
        <p class="notice" role="alert">
          {t("proofNeeded")} <a href={proofAddress("#/settings")}>{t("proofGive")}</a>
        </p>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void go();
        }}
      >
        <label for="host">{t("homeEndType", { host: location.host })}</label>
        <input
          id="host"
          type="text"
          autocomplete="off"
          value={typed}
          onInput={({ currentTarget }) => type(currentTarget.value)}
        />
        <div class="actions">
          <button type="submit" class="danger" disabled={typed !== location.host}>
            {t("homeEnd")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
