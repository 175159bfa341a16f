/** What of the run view is in its address, with changes that follow one another fast held back until they pause. */
import { computed, signal } from "@preact/signals";
import { query, type State, setQuery } from "../../../app/router";

/** The run itself among its events: the row at the end. */
export const RUN = "run";

const PAUSE_MS = 200;
const held = signal<State>({});
let timer: ReturnType<typeof setTimeout> | undefined;

const read = (name: string): string | null => {
  const changed = held.value[name];
  return changed === undefined ? query.value.get(name) : changed;
};

/** What is shown now. */
export const shown = {
  /** Path of the event that is looked at, or `RUN`. */
  event: computed(() => read("event")),
  /** The evidence that is open, and whose claim it was opened from. */
  evidence: computed(() => read("evidence")),
  claim: computed(() => read("claim")),
  analysis: computed(() => read("analysis")),
  against: computed(() => read("against")),
  by: computed(() => read("by")),
  only: computed(() => read("only") === "path"),
  find: computed(() => read("find") ?? ""),
  folded: computed(() => new Set(list(read("fold")))),
  opened: computed(() => new Set(list(read("open")))),
  /** Milliseconds into the run, in a replay. */
  at: computed(() => numberOf(read("at"))),
  /** Whether the report is open where it is a drawer. */
  report: computed(() => read("report") === "open"),
};

/** Show something else; Back returns from it. */
export function show(changes: State): void {
  setQuery({ ...take(), ...changes });
}

/** Show something else in place of what is shown. */
export function change(changes: State): void {
  setQuery({ ...take(), ...changes }, { replace: true });
}

/** Show something else at once, and put it into the address when no more of it comes: keys held down, a slider drawn. */
export function changeSoon(changes: State): void {
  held.value = { ...held.value, ...changes };
  clearTimeout(timer);
  timer = setTimeout(() => change({}), PAUSE_MS);
}

function take(): State {
  clearTimeout(timer);
  const state = held.peek();
  held.value = {};
  return state;
}

/** Let go of what was held back for a view that is left. */
export function forgetHeld(): void {
  clearTimeout(timer);
  held.value = {};
}

/** Put a set into one value of the address. */
export const joined = (set: Iterable<string>): string | null => [...set].map(encodeURIComponent).join(",") || null;

function list(value: string | null): string[] {
  return (value ?? "").split(",").filter(Boolean).map(decoded);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function numberOf(value: string | null): number | null {
  const number = value ? Number(value) : Number.NaN;
  return Number.isFinite(number) && number >= 0 ? number : null;
}
