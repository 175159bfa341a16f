import type { Schemas } from "../../api/client";
import { words } from "../../parts/format";

type Failure = Schemas["Failure"];

/** What fails, in words: "order_lookup: missing argument". */
export const titleOf = ({ tool, cause }: Pick<Failure, "tool" | "cause">): string =>
  tool ? `${tool}: ${words(cause)}` : words(cause);

/** Its state in words: "open", "resolved", "came back in 2.1.0". */
export function stateOf({ status, reopened_version }: Pick<Failure, "status" | "reopened_version">): string {
  if (status !== "reopened") return status;
  return reopened_version ? `came back in ${reopened_version}` : "came back";
}

/** The versions it was seen in, from the first to the last: "2.0.0 – 2.1.0". */
export function versionsOf({ first_version, last_version }: Pick<Failure, "first_version" | "last_version">): string {
  if (!first_version || !last_version || first_version === last_version) return last_version ?? first_version ?? "";
  return `${first_version} – ${last_version}`;
}

/** All runs that showed it: those analysed and those that look like them. */
export const runsOf = ({ count, also_seen }: Pick<Failure, "count" | "also_seen">): number => count + also_seen;

export type Life = { left: number; width: number };

/** Where on a scale of time something was first and last seen, in percent of the scale. */
export function lifeOf(first: string, last: string, from: number, until: number): Life {
  const scale = Math.max(until - from, 1);
  const place = (iso: string) => Math.min(Math.max((Date.parse(iso) - from) / scale, 0), 1) * 100;
  return { left: place(first), width: place(last) - place(first) };
}
