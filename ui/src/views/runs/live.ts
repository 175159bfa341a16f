/** New runs and new versions of those listed, as they come in. */
import { useEffect, useState } from "preact/hooks";
import { get, type Schemas } from "../../api/client";
import { secret } from "../../api/secret";

type Run = Schemas["ListedRun"];
type State = Record<string, string | undefined>;

const ASK_MS = 5_000;
/** A long run that is reported at its end began before short ones that are listed already. */
const BACK_MS = 5 * 60_000;
const MOST = 100;

/** Return a list with those that came since: what is listed in its newest version, what is not where it belongs. */
export function merge(listed: readonly Run[], came: readonly Run[]): { rows: Run[]; fresh: Run[] } {
  const newest = new Map(came.map((run) => [run.run_id, run]));
  const rows = listed.map((run) => {
    const other = newest.get(run.run_id);
    newest.delete(run.run_id);
    // One that is the same stays the same object, so that it is not drawn again.
    return other && (other.revision !== run.revision || !same(other.finding, run.finding)) ? other : run;
  });
  return { rows, fresh: [...newest.values()] };
}

/** Return runs with others, newest first, none twice. */
export function together(rows: readonly Run[], fresh: readonly Run[]): Run[] {
  if (!fresh.length) return [...rows];
  const known = new Set(rows.map((run) => run.run_id));
  return [...fresh.filter((run) => !known.has(run.run_id)), ...rows].sort((one, other) =>
    other.started_at.localeCompare(one.started_at),
  );
}

/** Return from when on to ask for what is new: some minutes before the newest run, not before what the list is of. */
export function askedSince(newest: string | undefined, since: string | undefined, now: number): string {
  const from = new Date(Math.min(newest ? Date.parse(newest) : now, now) - BACK_MS).toISOString();
  return since && Date.parse(since) > Date.parse(from) ? since : from;
}

export type Live = {
  rows: Run[];
  /** How many wait to be shown. */
  waiting: number;
  show: () => void;
  isNew: (run: Run) => boolean;
  state: "live" | "still" | "lost";
};

/** Follow a list. While its top is in sight new runs join it; if not, they wait until they are asked for. */
export function useLive(key: string, listed: readonly Run[], state: State, atTop: boolean): Live {
  const [came, setCame] = useState<{ key: string; runs: Run[] }>({ key, runs: [] });
  const [shown, setShown] = useState<ReadonlySet<string>>(new Set());
  const [lost, setLost] = useState(false);
  const over = state.until !== undefined && Date.parse(state.until) < Date.now();
  const newest = [listed[0], ...came.runs].map((run) => run?.started_at).reduce(later, undefined);
  useEffect(() => {
    if (over) return;
    const abort = new AbortController();
    const timer = setInterval(async () => {
      if (document.hidden) return;
      try {
        const since = askedSince(newest, state.since, Date.now());
        const query = { ...state, since, limit: MOST, findings: true } as object;
        const { items } = await get("/agent-runs", { query, signal: abort.signal });
        setLost(false);
        setCame((before) => ({ key, runs: together([...items], before.key === key ? before.runs : []) }));
      } catch {
        if (!abort.signal.aborted) setLost(true);
      }
    }, ASK_MS);
    return () => {
      abort.abort();
      clearInterval(timer);
    };
  }, [key, secret.value, newest, over]);
  const runs = came.key === key ? came.runs : [];
  const { rows, fresh } = merge(listed, runs);
  const joins = fresh.filter((run) => atTop || shown.has(run.run_id));
  useEffect(() => {
    if (joins.some((run) => !shown.has(run.run_id))) setShown(new Set([...shown, ...joins.map((run) => run.run_id)]));
  }, [joins.length, atTop]);
  return {
    rows: together(rows, joins),
    waiting: fresh.length - joins.length,
    show: () => setShown(new Set(fresh.map((run) => run.run_id))),
    isNew: (run) => joins.some((each) => each.run_id === run.run_id),
    state: over ? "still" : lost ? "lost" : "live",
  };
}

const same = (one: Run["finding"], other: Run["finding"]): boolean => one?.rca_run_id === other?.rca_run_id;

function later(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one > other ? one : other;
}
