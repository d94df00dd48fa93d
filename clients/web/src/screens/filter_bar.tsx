/** Narrows a search: by kind, date, size, tag and folder. The address keeps what was chosen. */
import { useMemo, useState } from "preact/hooks";
import { Icon } from "../parts/icon.tsx";
import { go } from "../parts/route.ts";
import { useDrive } from "../parts/use_drive.ts";
import { ROOT } from "../replica/node.ts";
import { FAMILIES, type Family, type Filters, isNarrowed, without } from "../search/filters.ts";
import { bytes, daysBetween, t } from "../words/words.ts";
import { DatesDialog } from "./dates_dialog.tsx";
import { PlaceDialog } from "./dialogs.tsx";

interface Props {
  readonly question: string;
  readonly filters: Filters;
}

const OWN = "own";
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
  const { tree } = useDrive();
  const [placing, place] = useState(false);
  const [dating, date] = useState(false);
  const tags = useMemo(() => {
    const found = new Set<string>();
    for (const node of tree.all()) for (const tag of node.tags) found.add(tag);
    return [...found].sort(new Intl.Collator().compare);
  }, [tree.version]);
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
        value={spanOf(filters)}
        options={[...spans(), ...own(filters), [OWN, t("datesOwn")]]}
        onChoice={(value) => {
          if (value === OWN) date(true);
          else narrow({ since: value || undefined, until: undefined });
        }}
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
      {dating && (
        <DatesDialog
          since={filters.since}
          until={filters.until}
          onDays={narrow}
          onClose={() => date(false)}
        />
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
      onChange={({ currentTarget }) => {
        const chosen = currentTarget.value;
        currentTarget.value = value; // until it is so: a choice may ask something first
        onChoice(chosen);
      }}
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

/** Which option stands for the chosen days: a usual span's first day, or both days. */
function spanOf({ since = "", until }: Filters): string {
  return until ? `${since}/${until}` : since;
}

/** The days that were chosen, where they are none of the usual spans. */
function own(filters: Filters): (readonly [string, string])[] {
  const span = spanOf(filters);
  if (!span || spans().some(([day]) => day === span)) return [];
  return [[span, daysBetween(filters.since, filters.until)]];
}

function dayBefore(days: number): string {
  const day = new Date();
  day.setDate(day.getDate() - days);
  const two = (part: number) => String(part).padStart(2, "0");
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}
