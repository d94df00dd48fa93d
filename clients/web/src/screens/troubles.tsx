/** Changes that met another change: both sides, and the owner decides. */
import type { Drive } from "../drive.ts";
import type { Operation, Trouble, Waiting } from "../outbox/operation.ts";
import { useDrive } from "../parts/use_drive.ts";
import { ROOT } from "../replica/node.ts";
import { t } from "../words/words.ts";
import { ChooseAgain } from "./sending.tsx";
import { say } from "./saying.tsx";

export function TroublesScreen() {
  const drive = useDrive();
  return (
    <section class="screen scrolls" aria-label={t("troubleTitle")}>
      <header class="head">
        <h1>{t("troubleTitle")}</h1>
      </header>
      {drive.troubles.length === 0 && <p>{t("online")}</p>}
      {drive.troubles.map((each) => (
        <Card key={each.order} waiting={each} drive={drive} />
      ))}
    </section>
  );
}

function Card({ waiting, drive }: { waiting: Waiting; drive: Drive }) {
  const { operation, trouble } = waiting;
  if (!trouble) return null;
  const decidable = trouble.kind !== "gone" && trouble.kind !== "missing";
  const both = !["taken", "refused", "missing"].includes(trouble.kind);
  return (
    <article class="card">
      <h2>{drive.tree.get(operation.id)?.name ?? ("name" in operation ? operation.name : "")}</h2>
      <div class="sides">
        <div>
          <h3>{t("here")}</h3>
          <p>{mine(operation, drive)}</p>
        </div>
        <div>
          <h3>{t("there")}</h3>
          <p>{theirs(trouble, drive)}</p>
        </div>
      </div>
      <div class="actions">
        {trouble.kind === "missing" && <ChooseAgain waiting={waiting} />}
        {decidable && (
          <button type="button" class="small" onClick={() => void drive.insist(waiting).catch(say)}>
            {t(both ? "mine" : "try")}
          </button>
        )}
        <button
          type="button"
          class="small second"
          onClick={() => void drive.giveUp(waiting).catch(say)}
        >
          {t(both && decidable ? "theirs" : "dropIt")}
        </button>
      </div>
    </article>
  );
}

function mine(operation: Operation, drive: Drive): string {
  switch (operation.kind) {
    case "rename":
      return t("youRenamed", { name: operation.to });
    case "move":
      return t("youMoved", { name: placeName(operation.to, drive) });
    case "trash":
      return t("youTrashed");
    case "tags":
      return t("youTagged");
    case "make":
    case "upload":
      return t("youMade", { name: operation.name });
    default:
      return t("youDid");
  }
}

function theirs(trouble: Trouble, drive: Drive): string {
  switch (trouble.kind) {
    case "gone":
      return t("troubleGone");
    case "trashed":
      return t("troubleTrashed");
    case "renamed":
      return t("troubleRenamed", { name: trouble.theirs });
    case "moved":
      return t("troubleMoved", { name: placeName(trouble.theirs, drive) });
    case "changed":
      return t("troubleChanged");
    case "taken":
      return t("troubleTaken");
    case "missing":
      return t("troubleMissing");
    case "refused":
      return t("troubleRefused", { detail: trouble.detail });
  }
}

function placeName(id: string, drive: Drive): string {
  if (id === ROOT) return t("files");
  return drive.tree.get(id)?.name ?? t("unknownPlace");
}
