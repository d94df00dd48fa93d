/** Narrows a search: by kind, date, size, tag and folder. The address keeps what was chosen. */
import { useMemo, useState } from "preact/hooks";
import { Icon } from "../parts/icon.tsx";
import { go } from "../parts/route.ts";
import { useDrive } from "../parts/use_drive.ts";
import { ROOT } from "../replica/node.ts";
import { FAMILIES, type Family, type Filters, isNarrowed, without } from "../search/filters.ts";
import { bytes, t } from "../words/words.ts";
import { PlaceDialog } from "./dialogs.tsx";

interface Props {
  readonly question: string;
  readonly filters: Filters;
}

const SIZES = [1_000_000, 10_000_000, 100_000_000, 1_000_000_000];
const SPANS = { today: 0, week: 7, month: 30, year: 365 } as const;
type Span = keyof typeof SPANS;

const NAMES: { readonly [F in Family]: () => string } = {
  folder: () => t("familyFolder"),
  image: () => t("familyImage"),
  video: () => t("familyVideo"),
  audio: () => t("familyAudio"),
  document: () => t("familyDocument"),
  archive: () => t("familyArchive"),
  other: () => t("familyOther"),
};

export function FilterBar({ question, filters }: Props) {
  const { tree, version } = useDrive();
  const [placing, place] = useState(false);
  const tags = useMemo(() => {
    const found = new Set<string>();
    for (const node of tree.all()) for (const tag of node.tags) found.add(tag);
    return [...found].sort(new Intl.Collator().compare);
  }, [version]);
  const narrow = (changed: { [K in keyof Filters]: Filters[K] | undefined }) =>
    go({ screen: "search", question, filters: without({ ...filters, ...changed }) });
  const { within } = filters;
  const where = within && (tree.get(within)?.name || t("unknownPlace"));
  return (
    <form class="filters" aria-label={t("filters")} onSubmit={(event) => event.preventDefault()}>
      <Choice
        label={t("filterKind")}
        value={filters.family ?? ""}
        options={FAMILIES.map((each) => [each, NAMES[each]()])}
        onChoice={(value) => narrow({ family: FAMILIES.find((each) => each === value) })}
      />
      <Choice
        label={t("filterSince")}
        value={filters.since ?? ""}
        options={[...spans(), ...own(filters.since)]}
        onChoice={(value) => narrow({ since: value || undefined })}
      />
      <Choice
        label={t("filterSize")}
        value={filters.least ? String(filters.least) : ""}
        options={SIZES.map((size) => [String(size), t("atLeast", { size: bytes(size) })])}
        onChoice={(value) => narrow({ least: Number(value) || undefined })}
      />
      {tags.length > 0 && (
        <Choice
          label={t("filterTag")}
          value={filters.tag ?? ""}
          options={tags.map((tag) => [tag, tag])}
          onChoice={(value) => narrow({ tag: value || undefined })}
        />
      )}
      <button
        type="button"
        class={`chip${where ? " on" : ""}`}
        aria-haspopup="dialog"
        onClick={() => place(true)}
      >
        <Icon name="folder" />
        {where ?? t("filterPlace")}
      </button>
      {isNarrowed(filters) && (
        <button
          type="button"
          class="chip"
          onClick={() => go({ screen: "search", question, filters: {} })}
        >
          <Icon name="close" />
          {t("filtersOff")}
        </button>
      )}
      {placing && (
        <PlaceDialog
          title={t("filterPlace")}
          does={t("searchHere")}
          from={within}
          onPlace={(id) => narrow({ within: id === ROOT ? undefined : id })}
          onClose={() => place(false)}
        />
      )}
    </form>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [string, string])[];
  readonly onChoice: (value: string) => void;
}

function Choice({ label, value, options, onChoice }: ChoiceProps) {
  return (
    <select
      class={`chip${value ? " on" : ""}`}
      aria-label={label}
      value={value}
      onChange={({ currentTarget }) => onChoice(currentTarget.value)}
    >
      <option value="">{label}</option>
      {options.map(([each, says]) => (
        <option key={each} value={each}>
          {says}
        </option>
      ))}
    </select>
  );
}

/** The days on which the usual spans begin, by the reader's clock. */
function spans(): (readonly [string, string])[] {
  const says: { readonly [S in Span]: () => string } = {
    today: () => t("sinceToday"),
    week: () => t("sinceWeek"),
    month: () => t("sinceMonth"),
    year: () => t("sinceYear"),
  };
  return (Object.keys(SPANS) as Span[]).map((span) => [dayBefore(SPANS[span]), says[span]()]);
}

/** A day from an address that is none of the usual ones. */
function own(since: string | undefined): (readonly [string, string])[] {
  return since && !spans().some(([day]) => day === since) ? [[since, since]] : [];
}

function dayBefore(days: number): string {
  const day = new Date();
  day.setDate(day.getDate() - days);
  const two = (part: number) => String(part).padStart(2, "0");
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}
