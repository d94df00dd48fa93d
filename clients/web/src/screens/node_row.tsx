/** One file or directory in a list, as a row or as a tile. */
import type { Editing } from "../home/office.ts";
import { Icon } from "../parts/icon.tsx";
import { address } from "../parts/route.ts";
import { Thumbnail } from "../parts/thumbnail.tsx";
import type { View } from "../parts/view.ts";
import type { Node } from "../replica/node.ts";
import { bytes, count, date, list, t } from "../words/words.ts";

export interface NodeRowProps {
  readonly node: Node;
  readonly view: View;
  /** Where it lies, where that is to be said. */
  readonly place: string | undefined;
  readonly isSelected: boolean;
  readonly isKept: boolean;
  /** Who is at it in an office editor. */
  readonly editing: Editing | undefined;
  /** Whether opening it leads to another place of the app. */
  readonly leads: boolean;
}

/** Return what a click in a row asks for, by what was clicked. */
export function askedBy({ target }: Event): "open" | "menu" | undefined {
  if (!(target instanceof Element)) return undefined;
  if (target.closest("a")) return "open";
  return target.closest("button") ? "menu" : undefined;
}

export function NodeRow(props: NodeRowProps) {
  const { node, view, isSelected, leads } = props;
  const inGrid = view === "grid";
  return (
    <>
      <span role="gridcell" class="cell mark">
        <label class="tick">
          <input
            type="checkbox"
            tabIndex={-1}
            aria-label={`${t("select")} ${node.name}`}
            checked={isSelected}
          />
        </label>
      </span>
      <span role="gridcell" class="cell what">
        <a
          tabIndex={-1}
          href={leads ? address({ screen: "files", id: node.id }) : location.hash || "#/"}
        >
          <Thumbnail node={node} size={inGrid ? "small" : "tiny"} />
          <Words {...props} />
        </a>
      </span>
      {!inGrid && (
        <>
          <span role="gridcell" class="cell when wide-only">
            {date(node.updatedAt)}
          </span>
          <span role="gridcell" class="cell size wide-only">
            {node.kind === "file" ? bytes(node.size) : ""}
          </span>
        </>
      )}
      <span role="gridcell" class="cell act">
        <button
          type="button"
          class="plain round"
          tabIndex={-1}
          aria-label={t("actions", { name: node.name })}
          aria-haspopup="dialog"
        >
          <Icon name="more" />
        </button>
      </span>
    </>
  );
}

function Words({ node, view, place, isKept, editing }: NodeRowProps) {
  const inGrid = view === "grid";
  const facts = [node.kind === "file" && !inGrid ? bytes(node.size) : "", date(node.updatedAt)];
  return (
    <span class="words">
      <span class="name" title={node.name}>
        {node.name}
      </span>
      <span class="about">
        {node.waiting && <Icon name="clock" />}
        {editing && <AtIt editing={editing} />}
        {node.favourite && <Icon name="star" filled />}
        {isKept && <Icon name="pin" />}
        {node.tags.map((each) => (
          <span class="tag" key={each}>
            {each}
          </span>
        ))}
        <span class={inGrid ? "" : "narrow-only"}>{facts.filter(Boolean).join(" · ")}</span>
        {place !== undefined && !inGrid && <span>{place}</span>}
      </span>
    </span>
  );
}

/** Who edits a document now, and whether what they did is in this home. */
export function AtIt({ editing: { names, isUnsaved } }: { editing: Editing }) {
  return (
    <span class="at-it">
      {names.length > 0 && (
        <span>
          <Icon name="pencil" /> {count("editing", names.length, { who: list(names) })}
        </span>
      )}
      {isUnsaved && (
        <span class="bad">
          <Icon name="warn" /> {t("editingUnsaved")}
        </span>
      )}
    </span>
  );
}
