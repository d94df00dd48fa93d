/** A file, looked at: pictures, sound, film, text; what the browser shows itself opens beside. */
import { useEffect, useState } from "preact/hooks";
import { Unreachable } from "../home/session.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Icon } from "../parts/icon.tsx";
import { MarkdownView } from "../parts/markdown_view.tsx";
import type { Node } from "../replica/node.ts";
import { bytes, dateAndTime, t } from "../words/words.ts";
import { addressFor, download, pdfOf, textOf } from "./actions.ts";
import { say } from "./saying.tsx";

/** Bytes; what is larger opens beside, where it can be read as it comes. */
const LARGEST_PDF = 50 << 20;

interface Props {
  readonly node: Node;
  /** The files one can go on to, in their order. */
  readonly among: readonly Node[];
  readonly onClose: () => void;
}

export function Viewer({ node: first, among, onClose }: Props) {
  const [id, go] = useState(first.id);
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
  const [address, found] = useState("");
  const [text, read] = useState<string>();
  const [problem, failed] = useState("");
  const isText = node.class === "text" || node.class === "code";
  const isPdf = node.class === "pdf" && node.size <= LARGEST_PDF && navigator.pdfViewerEnabled;
  useEffect(() => {
    let made = "";
    const work = isText
      ? textOf(node).then(read)
      : (isPdf ? pdfOf(node) : addressFor(node)).then((address) => {
          made = address;
          found(address);
        });
    work.catch((error: unknown) =>
      failed(error instanceof Unreachable ? t("needsNetwork") : String(error)),
    );
    return () => {
      if (made.startsWith("blob:")) URL.revokeObjectURL(made);
    };
  }, []);
  if (problem) return <p class="notice">{problem}</p>;
  if (text !== undefined && node.mime === "text/markdown") return <MarkdownView text={text} />;
  if (text !== undefined) return <pre tabIndex={0}>{text}</pre>;
  if (!address) return null;
  switch (node.class) {
    case "image":
      return <img src={address} alt={node.name} />;
    case "video":
      return <video src={address} controls autoplay />;
    case "audio":
      return <audio src={address} controls autoplay />;
    case "pdf":
      return isPdf ? (
        <iframe src={address} title={node.name} />
      ) : (
        <Beside node={node} address={address} />
      );
    default:
      return <Beside node={node} address={address} />;
  }
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
