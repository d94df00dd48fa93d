/** A file, looked at: pictures, sound, film, text; what the browser shows itself opens beside. */
import { useEffect, useState } from "preact/hooks";
import { Refused } from "../home/api.ts";
import { hasOffice, Unreachable } from "../home/session.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Icon } from "../parts/icon.tsx";
import { MarkdownView } from "../parts/markdown_view.tsx";
import type { Node } from "../replica/node.ts";
import { bytes, dateAndTime, t } from "../words/words.ts";
import { download, edit, isOffice } from "./actions.ts";
import { type Prepared, prepared } from "./prepared.ts";
import { say } from "./saying.tsx";

interface Props {
  readonly node: Node;
  /** The files one can go on to, in their order. */
  readonly among: readonly Node[];
  readonly onClose: () => void;
}

export function Viewer({ node: first, among, onClose }: Props) {
  const [id, go] = useState(first.id);
  const [office, offer] = useState(false);
  useEffect(() => void hasOffice().then(offer), []);
  const at = among.findIndex((each) => each.id === id);
  const node = among[at] ?? first;
  const step = (by: number) => {
    const next = among[at + by];
    if (next) go(next.id);
  };
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.target instanceof HTMLMediaElement) return;
      if (event.key === "ArrowRight") step(1);
      if (event.key === "ArrowLeft") step(-1);
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  });
  return (
    <Dialog title={node.name} shape="full" onClose={onClose}>
      <div class="stage">
        <Shown key={`${node.id} ${node.md5}`} node={node} />
      </div>
      <footer class="stage-foot">
        <button
          type="button"
          class="plain round"
          aria-label={t("previous")}
          disabled={at <= 0}
          onClick={() => step(-1)}
        >
          <Icon name="back" />
        </button>
        <span class="quiet">
          {bytes(node.size)} · {dateAndTime(node.updatedAt)}
        </span>
        <button
          type="button"
          class="plain round"
          aria-label={t("download")}
          onClick={() => void download([node]).catch(say)}
        >
          <Icon name="download" />
        </button>
        {office && isOffice(node) && (
          <button
            type="button"
            class="plain round"
            aria-label={t("edit")}
            onClick={() => edit(node)}
          >
            <Icon name="pencil" />
          </button>
        )}
        <button
          type="button"
          class="plain round"
          aria-label={t("next")}
          disabled={at < 0 || at + 1 >= among.length}
          onClick={() => step(1)}
        >
          <Icon name="forward" />
        </button>
      </footer>
    </Dialog>
  );
}

function Shown({ node }: { node: Node }) {
  const [ready, found] = useState<Prepared>();
  const [problem, failed] = useState("");
  useEffect(() => {
    let address = "";
    prepared(node).then(
      (made) => {
        if ("address" in made) ({ address } = made);
        found(made);
      },
      (error: unknown) => failed(problemOf(error)),
    );
    return () => {
      if (address.startsWith("blob:")) URL.revokeObjectURL(address);
    };
  }, []);
  if (problem) return <p class="notice">{problem}</p>;
  if (!ready) return isOffice(node) ? <p class="quiet">{t("previewing")}</p> : null;
  switch (ready.how) {
    case "markdown":
      return <MarkdownView text={ready.text} />;
    case "text":
      return <pre tabIndex={0}>{ready.text}</pre>;
    case "image":
      return <img src={ready.address} alt={node.name} />;
    case "video":
      return <video src={ready.address} controls autoplay />;
    case "audio":
      return <audio src={ready.address} controls autoplay />;
    case "pdf":
      return <iframe src={ready.address} title={node.name} />;
    case "beside":
      return <Beside node={node} address={ready.address} />;
  }
}

function problemOf(error: unknown): string {
  if (error instanceof Unreachable) return t("needsNetwork");
  return error instanceof Refused ? error.detail : String(error);
}

/** What is not shown here opens in another tab, as far as the browser knows how. */
function Beside({ node, address }: { node: Node; address: string }) {
  return (
    <p>
      {node.class !== "pdf" && t("noPreview")}{" "}
      <a class="button" href={address} target="_blank" rel="noreferrer">
        {t("open")}
      </a>
    </p>
  );
}
