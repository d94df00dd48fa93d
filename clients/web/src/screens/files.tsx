/** A directory: the way to it, what is in it, and what can be put there. */
import { useEffect, useState } from "preact/hooks";
import { hasOffice } from "../home/session.ts";
import { Icon } from "../parts/icon.tsx";
import { address } from "../parts/route.ts";
import { useChildren } from "../parts/use_children.ts";
import { useDrive } from "../parts/use_drive.ts";
import { ViewButton } from "../parts/view_button.tsx";
import { ROOT } from "../replica/node.ts";
import type { Order } from "../replica/tree.ts";
import { count, t } from "../words/words.ts";
import { makeDirectory } from "./actions.ts";
import { Beginning, FirstSteps } from "./beginning.tsx";
import { NameDialog } from "./dialogs.tsx";
import { dragLeave, dragOver, dropOn, isOurs, takeDropped } from "./dropped.ts";
import { above, NodeList } from "./node_list.tsx";
import { NewDocumentDialog } from "./new_document.tsx";
import { RewindDialog } from "./rewind.tsx";
import { say } from "./saying.tsx";
import { UploadButtons } from "./upload_buttons.tsx";

export function FilesScreen({ id }: { id: string }) {
  const drive = useDrive();
  const [order, reorder] = useState<Order>("name");
  const [descending, turn] = useState(false);
  const [naming, name] = useState(false);
  const [over, hover] = useState(false);
  const [rewinding, rewind] = useState(false);
  const [beginning, begin] = useState(false);
  const [office, offer] = useState(false);
  useEffect(() => void hasOffice().then(offer), [drive.reach]);
  const here = drive.tree.get(id);
  const settled = drive.settled.get(id);
  useEffect(() => {
    if (settled) location.replace(address({ screen: "files", id: settled }));
  }, [settled]);
  const nodes = useChildren(id, order, descending);
  const title = !here || id === ROOT ? t("files") : here.name;

  function by(next: Order): void {
    if (next === order) turn(!descending);
    else {
      reorder(next);
      turn(next !== "name");
    }
  }

  return (
    <section
      class={`screen${over ? " over" : ""}`}
      aria-label={title}
      onDragOver={(event) => {
        if (isOurs(event)) return;
        event.preventDefault();
        hover(true);
      }}
      onDragLeave={(event) => {
        if (event.target === event.currentTarget) hover(false);
      }}
      onDrop={(event) => {
        hover(false);
        if (isOurs(event)) return;
        event.preventDefault();
        if (event.dataTransfer) void takeDropped(drive, id, event.dataTransfer).catch(say);
      }}
    >
      <header class={office ? "head crowded" : "head"}>
        <Way id={id} />
        <div class="tools">
          <button type="button" class="second small" onClick={() => name(true)}>
            <Icon name="plus" />
            <span class="word">{t("newFolder")}</span>
          </button>
          {office && (
            <button
              type="button"
              class="plain round"
              aria-label={t("newDocument")}
              title={t("newDocument")}
              onClick={() => begin(true)}
            >
              <Icon name="text" />
            </button>
          )}
          <ViewButton />
          {here && (
            <button
              type="button"
              class={`plain round ${id === ROOT ? "" : "wide-only"}`}
              aria-label={t("rewind")}
              title={t("rewind")}
              onClick={() => rewind(true)}
            >
              <Icon name="clock" />
            </button>
          )}
          <UploadButtons id={id} />
        </div>
      </header>
      <div class="columns">
        {(["name", "updatedAt", "size"] as const).map((each) => (
          <button
            type="button"
            key={each}
            class={`plain sort ${each}`}
            aria-pressed={order === each}
            onClick={() => by(each)}
          >
            {t(each === "updatedAt" ? "changed" : each)}
            {order === each && <span aria-hidden="true">{descending ? "↓" : "↑"}</span>}
          </button>
        ))}
        <span class="quiet total">{count("items", nodes.length)}</span>
      </div>
      <NodeList
        nodes={nodes}
        label={title}
        {...(above(here) && { onUp: above(here) as () => void })}
        empty={
          <>
            <h2>{t(id === ROOT ? "emptyHome" : "empty")}</h2>
            <p>{t(id === ROOT ? "emptyHomeHint" : "emptyHint")}</p>
            {id === ROOT && (
              <FirstSteps />
            )}
          </>
        }
      />
      {id === ROOT && nodes.length > 0 && <Beginning />}
      {over && <p class="drop">{t("dropHere", { name: title })}</p>}
      {beginning && <NewDocumentDialog parent={id} onClose={() => begin(false)} />}
      {rewinding && here && <RewindDialog directory={here} onClose={() => rewind(false)} />}
      {naming && (
        <NameDialog
          title={t("newFolder")}
          parent={id}
          name=""
          does={t("make")}
          onName={(name) => void makeDirectory(drive, id, name).catch(say)}
          onClose={() => name(false)}
        />
      )}
    </section>
  );
}

function Way({ id }: { id: string }) {
  const drive = useDrive();
  const { tree } = drive;
  const here = tree.get(id);
  const way = here ? [...tree.ancestors(id), here] : [];
  return (
    <nav class="way" aria-label={t("files")}>
      <ol>
        {(way.length ? way : [undefined]).map((node, index, all) => (
          <li
            key={node?.id ?? ROOT}
            onDragOver={dragOver}
            onDragLeave={dragLeave}
            onDrop={(event) => dropOn(event, drive, node?.id ?? ROOT)}
          >
            {index === all.length - 1 ? (
              <h1 aria-current="page">{!node || node.id === ROOT ? t("files") : node.name}</h1>
            ) : (
              <a href={address({ screen: "files", id: node?.id ?? ROOT })}>
                {!node || node.id === ROOT ? t("files") : node.name}
              </a>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
