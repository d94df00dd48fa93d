/** Says phrases in the reader's language, with plurals, dates and sizes as that language has them. */
import { en, type Phrases } from "./en.ts";
import { fr } from "./fr.ts";
import { happened as happenedEn } from "./happened_en.ts";
import { happened as happenedFr } from "./happened_fr.ts";

type Key = keyof Phrases;
type Plural = { readonly one: string; readonly other: string };
type Said = { [K in Key]: Phrases[K] extends string ? K : never }[Key];
type Counted = Exclude<Key, Said>;

export const language = document.documentElement.lang.startsWith("fr") ? "fr" : "en";
const phrases: Phrases = language === "fr" ? fr : en;
const happened = language === "fr" ? happenedFr : happenedEn;
const plural = new Intl.PluralRules(language);
const numbers = new Intl.NumberFormat(language);
const days = new Intl.DateTimeFormat(language, { dateStyle: "medium" });
const months = new Intl.DateTimeFormat(language, { month: "long", year: "numeric" });
const moment = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });

/** Say a phrase, with values in place of `{name}`. */
export function t(key: Said, values: Record<string, string> = {}): string {
  return filled(phrases[key], values);
}

/** Say a phrase about a number of things. */
export function count(key: Counted, n: number, values: Record<string, string> = {}): string {
  const forms = phrases[key] as Plural;
  const form = plural.select(n) === "one" ? forms.one : forms.other;
  return filled(form, { n: numbers.format(n), ...values });
}

const lists = new Intl.ListFormat(language);

/** Say several names as one: `Ann, Bob and Zoé`. */
export function list(names: readonly string[]): string {
  return lists.format(names);
}

/** Say what the audit calls an event; its own word where there is none of ours. */
export function eventInWords(event: string): string {
  return happened[event] ?? event;
}

export function date(rfc3339: string): string {
  const at = new Date(rfc3339);
  return Number.isNaN(at.getTime()) ? "" : days.format(at);
}

/** Say from which day to which, `2026-11-27`, one of them perhaps open, wherever the reader is. */
export function daysBetween(since: string | undefined, until: string | undefined): string {
  const [first, last] = [since, until].map((each) => each && new Date(`${each}T12:00:00`));
  if (first && last) return days.formatRange(first, last);
  if (first) return `${t("dateFrom")} ${days.format(first)}`;
  return last ? `${t("dateTo")} ${days.format(last)}` : "";
}

/** Say a month, `2026-11`. */
export function month(yearAndMonth: string): string {
  const at = new Date(`${yearAndMonth}-15T12:00:00`);
  return Number.isNaN(at.getTime()) ? "" : months.format(at);
}

export function dateAndTime(rfc3339: string): string {
  const at = new Date(rfc3339);
  return Number.isNaN(at.getTime()) ? "" : moment.format(at);
}

const spans = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
const STEPS = [
  ["minute", 60, 60],
  ["hour", 3_600, 24],
  ["day", 86_400, 31],
] as const;

/** Say how long ago something was, and the day of what was long ago. */
export function ago(rfc3339: string): string {
  const seconds = (Date.now() - Date.parse(rfc3339)) / 1_000;
  if (Number.isNaN(seconds)) return "";
  for (const [unit, length, most] of STEPS) {
    const count = Math.round(seconds / length);
    if (count < most) return spans.format(-Math.max(count, 0), unit);
  }
  return date(rfc3339);
}

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

const sizes = UNITS.map(
  (unit, step) =>
    new Intl.NumberFormat(language, {
      style: "unit",
      unit,
      unitDisplay: step ? "short" : "long",
      maximumFractionDigits: step > 1 ? 1 : 0,
    }),
);

/** Say a size, with as many digits as are of use. */
export function bytes(size: number): string {
  const step = size < 1 ? 0 : Math.min(Math.floor(Math.log10(size) / 3), UNITS.length - 1);
  return sizes[step]?.format(size / 1_000 ** step) ?? "";
}

function filled(phrase: string, values: Record<string, string>): string {
  return bound(phrase).replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "");
}

/** Keep signs on the line of their word, before which French has a space. */
function bound(phrase: string): string {
  return language === "fr" ? phrase.replace(/ (?=[»:;?!])|(?<=«) /g, "\u00a0") : phrase;
}
