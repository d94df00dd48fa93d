/** An old version beside what the file holds now: texts line by line, pictures as they are. */
import { useEffect, useState } from "preact/hooks";
import { authorised, refusal } from "../home/api.ts";
import { differs, type Pair, paired } from "../compare/lines.ts";
import { Dialog } from "../parts/dialog.tsx";
import type { Node } from "../replica/node.ts";
import { count, dateAndTime, t } from "../words/words.ts";
import { say } from "./saying.tsx";

interface Props {
  readonly node: Node;
  /** `file/version`. */
  readonly versionId: string;
  readonly at: string;
  readonly onClose: () => void;
}

const MOST = 1 << 20;
const AROUND = 3;

/** Tell whether two states of a file can be looked at side by side. */
export function isComparable(node: Node): boolean {
  return ["text", "code", "image"].includes(node.class);
}

export function CompareDialog({ node, versionId, at, onClose }: Props) {
  const [sides, found] = useState<readonly [Blob, Blob]>();
  useEffect(() => {
    const old = `/files/download/${versionId.split("/").map(encodeURIComponent).join("/")}`;
    const now = `/files/download/${encodeURIComponent(node.id)}`;
    Promise.all([contentAt(old), contentAt(now)]).then(found, say);
  }, [versionId, node.md5]);
  const titles = [dateAndTime(at), t("versionNow")] as const;
  return (
    <Dialog title={`${t("compare")} · ${node.name}`} shape="full" onClose={onClose}>
      {sides &&
        (node.class === "image" ? (
          <Pictures sides={sides} titles={titles} />
        ) : (
          <Texts sides={sides} titles={titles} />
        ))}
    </Dialog>
  );
}

interface SidesProps {
  readonly sides: readonly [Blob, Blob];
  readonly titles: readonly [string, string];
}

function Pictures({ sides, titles }: SidesProps) {
  const [addresses, made] = useState<readonly string[]>([]);
  useEffect(() => {
    const fresh = sides.map((side) => URL.createObjectURL(side));
    made(fresh);
    return () => {
      for (const address of fresh) URL.revokeObjectURL(address);
    };
  }, [sides]);
  return (
    <div class="beside">
      {addresses.map((address, side) => (
        <figure key={address}>
          <figcaption>{titles[side]}</figcaption>
          <img src={address} alt={titles[side] ?? ""} />
        </figure>
      ))}
    </div>
  );
}

function Texts({ sides, titles }: SidesProps) {
  const [pairs, compare] = useState<readonly Pair[]>();
  useEffect(() => {
    void Promise.all(sides.map((side) => side.text())).then(([old = "", now = ""]) =>
      compare(paired(old, now)),
    );
  }, [sides]);
  if (!pairs) return null;
  const changed = pairs.filter(differs).length;
  return (
    <div class="compared" tabIndex={0} role="region" aria-label={t("compare")}>
      <p role="status">{changed ? count("linesDiffer", changed) : t("linesSame")}</p>
      <table>
        <thead>
          <tr>
            <th scope="col">{titles[0]}</th>
            <th scope="col">{titles[1]}</th>
          </tr>
        </thead>
        <tbody>
          {shown(pairs).map((pair, row) =>
            pair ? (
              <tr key={row} class={differs(pair) ? "differs" : ""}>
                <Side text={pair.old} mark={differs(pair) ? "−" : ""} />
                <Side text={pair.new} mark={differs(pair) ? "+" : ""} />
              </tr>
            ) : (
              <tr key={row}>
                <td colSpan={2} class="quiet">
                  …
                </td>
              </tr>
            ),
          )}
        </tbody>
      </table>
    </div>
  );
}

function Side({ text, mark }: { text: string | undefined; mark: string }) {
  return (
    <td class={text === undefined ? "nothing" : ""}>
      {text !== undefined && (
        <>
          {mark && <span class="mark-of">{mark} </span>}
          {text}
        </>
      )}
    </td>
  );
}

/** The rows that differ with some around them; undefined stands for what is left out. */
function shown(pairs: readonly Pair[]): (Pair | undefined)[] {
  const near = new Set<number>();
  for (const [row, pair] of pairs.entries()) {
    if (differs(pair)) for (let at = row - AROUND; at <= row + AROUND; at += 1) near.add(at);
  }
  const rows: (Pair | undefined)[] = [];
  for (const [row, pair] of pairs.entries()) {
    if (near.has(row)) rows.push(pair);
    else if (rows.length === 0 || rows.at(-1)) rows.push(undefined);
  }
  return rows;
}

async function contentAt(address: string): Promise<Blob> {
  const response = await authorised(address, { headers: { Range: `bytes=0-${MOST - 1}` } });
  if (!response.ok) throw refusal(response.status, await response.text());
  return response.blob();
}
