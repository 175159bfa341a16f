/** Filters as tokens: what can be suggested for what was typed, and what a typed text means. */

export type Value = { value: string; title?: string; detail?: string };
export type Filter = {
  /** Of the parameter in the address. */
  name: string;
  /** As it is typed: one word. */
  title: string;
  /** What it does, where its title does not say. */
  hint?: string;
  values?: readonly Value[];
  /** Only these values are there. */
  closed?: boolean;
  /** Return the value that a text means; nothing if it means none. */
  parse?: (text: string) => string | undefined;
  /** The value as a token shows it. */
  show?: (value: string) => string;
  /** Set by links alone. */
  unlisted?: boolean;
};

export type Suggestion = { key: string; label: string; detail: string } & (
  | { set: Record<string, string> }
  | { fill: string }
  | { to: string }
);

const MOST_VALUES = 10;
const MOST_OF_EACH = 4;

/** Return what a text is about: a filter and the beginning of its value, or nothing. */
export function split(filters: readonly Filter[], typed: string): { filter: Filter; text: string } | undefined {
  const colon = typed.indexOf(":");
  if (colon < 0) return undefined;
  const title = typed.slice(0, colon).trim().toLowerCase();
  const filter = filters.find((each) => each.title === title);
  return filter && { filter, text: typed.slice(colon + 1).trim() };
}

/** Return what a value of a filter is, as it was typed; nothing if it is none. */
export function meant(filter: Filter, text: string): string | undefined {
  const known = filter.values?.find(({ value, title }) =>
    [value, title].some((each) => each?.toLowerCase() === text.toLowerCase()),
  );
  if (known) return known.value;
  if (!text || filter.closed) return undefined;
  return filter.parse ? filter.parse(text) : text;
}

/** Return suggestions for what was typed so far; `isSet` tells of filters that are there already. */
export function suggest(filters: readonly Filter[], typed: string, isSet: (name: string) => boolean): Suggestion[] {
  const about = split(filters, typed);
  if (about) return ofValue(about.filter, about.text);
  const text = typed.trim().toLowerCase();
  const listed = filters.filter((filter) => !filter.unlisted);
  const names: Suggestion[] = listed
    .filter((filter) => !isSet(filter.name) && filter.title.startsWith(text))
    .map((filter) => ({
      key: filter.name,
      label: `${filter.title}:`,
      detail: filter.hint ?? "",
      fill: `${filter.title}:`,
    }));
  if (!text) return names;
  const values = listed.flatMap((filter) =>
    (filter.values ?? [])
      .filter((value) => contains(value, text))
      .slice(0, MOST_OF_EACH)
      .map((value) => ofOne(filter, value)),
  );
  return [...names, ...values];
}

function ofValue(filter: Filter, text: string): Suggestion[] {
  const found = (filter.values ?? [])
    .filter((value) => contains(value, text.toLowerCase()))
    .slice(0, MOST_VALUES)
    .map((value) => ofOne(filter, value));
  const value = meant(filter, text);
  const there = found.some((each) => "set" in each && each.set[filter.name] === value);
  if (value === undefined || there) return found;
  const label = `${filter.title}: ${filter.show?.(value) ?? value}`;
  return [{ key: `${filter.name} typed`, label, detail: "", set: { [filter.name]: value } }, ...found];
}

const ofOne = (filter: Filter, { value, title, detail }: Value): Suggestion => ({
  key: `${filter.name} ${value}`,
  label: `${filter.title}: ${title ?? value}`,
  detail: detail ?? "",
  set: { [filter.name]: value },
});

const contains = ({ value, title }: Value, text: string): boolean =>
  [value, title].some((each) => each?.toLowerCase().includes(text));

const UNITS: Record<string, number> = { m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Return the moment that a text means: "2h" and "7 d" before now, or a date or time in the viewer's zone. */
export function parseTime(text: string, now: number): string | undefined {
  const ago = /^(\d{1,5})\s*(m|min|h|d|w)$/i.exec(text);
  if (ago) {
    const ms = Number(ago[1]) * (UNITS[(ago[2] ?? "").toLowerCase()] ?? 0);
    return new Date(now - ms).toISOString();
  }
  // A date alone is one of the viewer's, not of UTC.
  const at = Date.parse(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00` : text);
  return Number.isNaN(at) || !/\d{4}-\d\d/.test(text) ? undefined : new Date(at).toISOString();
}

/** Return the milliseconds that a text means: "200 ms", "5s", "2m"; a number alone is seconds. */
export function parseDuration(text: string): string | undefined {
  const found = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)?$/i.exec(text);
  if (!found) return undefined;
  const factor = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[(found[2] ?? "s").toLowerCase()] ?? 1000;
  return String(Math.round(Number(found[1]) * factor));
}

/** Return the dollars that a text means: "0.10", "$2". */
export function parseMoney(text: string): string | undefined {
  const found = /^\$?\s*(\d+(?:\.\d+)?)$/.exec(text);
  return found?.[1];
}
