/** From a piece of evidence to its place in the run: which event, which field, which characters. */
import type { Schemas } from "../../../api/client";
import { type Range, rangeOf } from "./marks";
import { RUN } from "./state";

export type Report = Schemas["RcaReport"];
export type Evidence = Schemas["Evidence"];
export type Hypothesis = Schemas["Hypothesis"];

const GROUPS: Partial<Record<Evidence["kind"], string>> = {
  step: "steps",
  tool_call: "tool_calls",
  contrast: "tool_calls",
  guardrail: "guardrail_events",
};

/** Return the path of the event that a piece of evidence is of; `RUN` for what is of the run. */
export function placeOf({ kind, ref_id }: Evidence): string {
  const group = GROUPS[kind];
  return group ? `${group}/${ref_id}` : RUN;
}

/** Places within an event's fields, as in "error_message" or "attributes/notes/0", and what is marked there. */
export type Marks = Map<string, Range[]>;

/** Return what a claim marks in an event: its highlights, or else where the evidence is quoted from. */
export function marksOf(evidence: Evidence, hypothesis: Hypothesis | undefined, fields: object): Marks {
  const marks: Marks = new Map();
  const place = placeOf(evidence);
  for (const { evidence_id, path, start, end } of hypothesis?.highlights ?? []) {
    if (evidence_id !== evidence.evidence_id) continue;
    const field = place === RUN ? path : path.slice(place.length + 1);
    marks.set(field, [...(marks.get(field) ?? []), { start, end }]);
  }
  if (!marks.size && evidence.kind !== "contrast") {
    const quoted = quotation(fields, evidence.snippet);
    if (quoted) marks.set(quoted.field, [quoted.range]);
  }
  return marks;
}

// Where a text tells most of what went wrong comes first.
const FIRST = ["error_message", "message", "output_summary", "result_summary"];
const DEEPEST = 12;

function quotation(fields: object, snippet: string): { field: string; range: Range } | null {
  const entries = Object.entries(fields);
  const ordered = [
    ...FIRST.flatMap((name) => entries.filter(([key]) => key === name)),
    ...entries.filter(([key]) => !FIRST.includes(key)),
  ];
  const search = (value: unknown, field: string, depth: number): { field: string; range: Range } | null => {
    if (typeof value === "string") {
      const range = rangeOf(value, snippet);
      return range && { field, range };
    }
    if (value === null || typeof value !== "object" || depth > DEEPEST) return null;
    for (const [key, each] of Object.entries(value)) {
      const found = search(each, `${field}/${key}`, depth + 1);
      if (found) return found;
    }
    return null;
  };
  for (const [key, value] of ordered) {
    const found = search(value, key, 0);
    if (found) return found;
  }
  return null;
}

/** What an event is to the report. */
export type Role = {
  /** Its place in the causal chain, from 1. */
  chain?: number;
  cited?: boolean;
  against?: boolean;
  recovered?: boolean;
};

/** Return what each event is to a report, by path. */
export function rolesIn(report: Report | null | undefined): Map<string, Role> {
  const roles = new Map<string, Role>();
  if (!report) return roles;
  const index = new Map(report.evidence_index.map((each) => [each.evidence_id, each]));
  const mark = (id: string, role: Role) => {
    const evidence = index.get(id);
    if (!evidence) return;
    const path = placeOf(evidence);
    roles.set(path, { ...role, ...roles.get(path) });
  };
  report.causal_chain.forEach((id, at) => {
    mark(id, { chain: at + 1 });
  });
  for (const hypothesis of report.hypotheses) {
    for (const id of hypothesis.evidence_ids) mark(id, { cited: true });
    for (const id of hypothesis.contradicting_evidence_ids) mark(id, { against: true });
  }
  for (const id of report.recovered_evidence_ids) mark(id, { recovered: true });
  return roles;
}

// "1" stands for much else.
const SHORTEST_ID = 3;

export type Part = { text: string; evidence?: Evidence };

/** Part a sentence of the report where it names an event that is evidence: `call-1`, `step-2`. */
export function named(text: string, index: readonly Evidence[]): Part[] {
  const ids = new Map<string, Evidence>();
  for (const each of index) {
    if (placeOf(each) !== RUN && each.ref_id.length >= SHORTEST_ID && !ids.has(each.ref_id)) ids.set(each.ref_id, each);
  }
  if (!ids.size) return [{ text }];
  const parts: Part[] = [];
  let rest = text;
  while (rest) {
    let at = -1;
    let id = "";
    for (const each of ids.keys()) {
      const place = wordAt(rest, each);
      if (place >= 0 && (at < 0 || place < at || (place === at && each.length > id.length))) [at, id] = [place, each];
    }
    if (at < 0) break;
    if (at > 0) parts.push({ text: rest.slice(0, at) });
    const evidence = ids.get(id);
    parts.push({ text: id, ...(evidence && { evidence }) });
    rest = rest.slice(at + id.length);
  }
  if (rest) parts.push({ text: rest });
  return parts;
}

const INSIDE = /[\p{L}\p{N}_-]/u;

function wordAt(text: string, word: string): number {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (!INSIDE.test(text[at - 1] ?? "") && !INSIDE.test(text[at + word.length] ?? "")) return at;
  }
  return -1;
}
