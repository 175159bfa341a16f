/** Numbers and times as people read them. Everything is in the viewer's zone; `utc` is for those who compare logs. */

const COUNT = new Intl.NumberFormat("en");
const SHORT = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const MONEY = new Intl.NumberFormat("en", { style: "currency", currency: "USD" });
const SMALL_MONEY = new Intl.NumberFormat("en", {
  style: "currency",
  currency: "USD",
  minimumSignificantDigits: 2,
  maximumSignificantDigits: 2,
});
const DAY = new Intl.DateTimeFormat("en", { month: "short", day: "numeric" });
const YEAR = new Intl.DateTimeFormat("en", { year: "numeric", month: "short", day: "numeric" });
const MINUTE = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const CLOCK = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });

/** What stands where there is nothing to show. */
export const NOTHING = "–";

export const count = (value: number): string => COUNT.format(value);
export const short = (value: number): string => (value < 10_000 ? COUNT.format(value) : SHORT.format(value));

/** 0.4 ms, 38 ms, 1.24 s, 4 m 07 s, 2 h 05 m. */
export function duration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return NOTHING;
  if (ms < 10 && ms !== Math.round(ms)) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 9_995) return `${(ms / 1000).toFixed(2)} s`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${two(seconds % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${COUNT.format(Math.floor(minutes / 60))} h ${two(minutes % 60)} m`;
}

/** US dollars; below a cent with two digits that say something. */
export function money(usd: number | null | undefined): string {
  if (usd === null || usd === undefined) return NOTHING;
  return usd !== 0 && Math.abs(usd) < 0.01 ? SMALL_MONEY.format(usd) : MONEY.format(usd);
}

/** Percent from percent, as the API counts it: 99.95 stays so, 100 is said of all only. */
export function percent(value: number | null | undefined): string {
  if (value === null || value === undefined) return NOTHING;
  const digits = value > 99 || value < 1 ? 2 : 1;
  const text = value < 100 && Number(value.toFixed(digits)) === 100 ? ">99.99" : value.toFixed(digits);
  return `${text.replace(/\.0+$/, "")}%`;
}

/** The time alone today, with the day otherwise, with the year in other years. */
export function time(iso: string, now: Date): string {
  const at = new Date(iso);
  if (at.toDateString() === now.toDateString()) return CLOCK.format(at);
  return `${(at.getFullYear() === now.getFullYear() ? DAY : YEAR).format(at)}, ${CLOCK.format(at)}`;
}

/** A moment in a narrow column: the clock today, else the day and the clock without seconds, or with the year. */
export function moment(iso: string, now: Date): string {
  const at = new Date(iso);
  if (at.toDateString() === now.toDateString()) return CLOCK.format(at);
  return at.getFullYear() === now.getFullYear() ? `${DAY.format(at)}, ${MINUTE.format(at)}` : YEAR.format(at);
}

/** How long ago, in one unit. */
export function ago(iso: string, now: Date): string {
  const seconds = Math.max(0, (now.getTime() - new Date(iso).getTime()) / 1000);
  if (seconds < 45) return "now";
  if (seconds < 3570) return `${Math.round(seconds / 60)} m ago`;
  if (seconds < 84_600) return `${Math.round(seconds / 3600)} h ago`;
  return `${COUNT.format(Math.round(seconds / 86_400))} d ago`;
}

export const utc = (iso: string): string => `${new Date(iso).toISOString().replace("T", " ").replace("Z", "")} UTC`;

/** "tool_schema_mismatch" as people write it. */
export const words = (name: string): string => name.replaceAll("_", " ");

/** "1 run", "2 runs". */
export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

const two = (value: number): string => String(value).padStart(2, "0");
