/** What the run view loads, and how it keeps it fresh. */
import { useEffect, useRef, useState } from "preact/hooks";
import { get, type Schemas } from "../../api/client";
import { ApiError } from "../../api/errors";
import { follow, type Progress } from "../../api/follow";
import { type Loading, useLoad } from "../../api/load";
import { secret } from "../../api/secret";
import { RUN } from "./logic/state";
import type { Outline } from "./logic/tree";

export type RunDetail = Schemas["RunDetail"];
export type Rca = Schemas["RcaDetail"];

const RUNNING_MS = 2_000;
const ENDED_MS = 15_000;
/** The first events are on the screen while the others come. */
const FIRST = 1_000;
const REST = 10_000;

/** The run's header; asked for again while it runs, and now and then afterwards: it may be replaced or analysed. */
export function useRun(id: string): Loading<RunDetail> {
  const [every, setEvery] = useState(RUNNING_MS);
  const loaded = useLoad(`run ${id}`, (signal) => get("/agent-runs/{run_id}", { path: { run_id: id }, signal }), every);
  const open = !loaded.data || loaded.data.status === "running" || loaded.data.rca_runs.some(isOpen);
  const missing = isMissing(loaded.error);
  useEffect(() => setEvery(missing ? 0 : open ? RUNNING_MS : ENDED_MS), [open, missing]);
  return loaded;
}

const isOpen = ({ status }: { status: string }): boolean => status === "queued" || status === "running";

export const isMissing = (error: unknown): boolean => error instanceof ApiError && error.kind === "missing";

export type Events = { items: Outline[]; total: number; revision: number };

/** All events of a run, outlined. Those of the revision before stay until the new ones are here. */
export function useEvents(id: string, revision: number): Omit<Loading<Events>, "loading"> {
  const [came, setCame] = useState<{ id: string; data?: Events; error?: unknown }>();
  const [turn, setTurn] = useState(0);
  const given = secret.value;
  useEffect(() => {
    const abort = new AbortController();
    const ask = (offset: number, limit: number) =>
      get("/agent-runs/{run_id}/events", { path: { run_id: id }, query: { offset, limit }, signal: abort.signal });
    const load = async () => {
      const first = await ask(0, FIRST);
      const { items, total } = first;
      const whole = items.length >= total;
      setCame((before) => (whole || before?.id !== id || !before.data ? { id, data: first } : before));
      if (whole) return;
      const rest = await ask(items.length, REST);
      // Replaced in between: the next look at the header loads it anew.
      if (rest.revision === first.revision) setCame({ id, data: { ...first, items: [...items, ...rest.items] } });
    };
    load().catch((error: unknown) => {
      if (!abort.signal.aborted)
        setCame((before) => ({ id, error, ...(before?.id === id && { data: before.data }) }) as never);
    });
    return () => abort.abort();
  }, [given, id, revision, turn]);
  const current = came?.id === id ? came : undefined;
  return { data: current?.data, error: current?.error, reload: () => setTurn((before) => before + 1) };
}

export type Fields = { path: string; revision: number; fields: Record<string, unknown> };

const KEPT = 60;
const WAIT_MS = 60;
const kept = new Map<string, Fields>();

/** The fields of one event; those looked at last are at hand. Nothing is asked for events that are only passed. */
export function useFields(
  id: string,
  revision: number,
  path: string,
): { data: Fields | undefined; error: unknown; reload: () => void } {
  const key = `${id} ${revision} ${path}`;
  const [failed, setFailed] = useState<{ key: string; error: unknown }>();
  const [, redraw] = useState(0);
  const given = secret.value;
  useEffect(() => {
    if (kept.has(key)) return;
    const abort = new AbortController();
    const ask = () =>
      get("/agent-runs/{run_id}/fields", {
        path: { run_id: id },
        query: { path: path === RUN ? "" : path },
        signal: abort.signal,
      }).then(
        (answer) => {
          const [oldest] = kept.keys();
          if (oldest !== undefined && kept.size >= KEPT) kept.delete(oldest);
          kept.set(key, { path, revision: answer.revision, fields: answer.fields });
          redraw((before) => before + 1);
        },
        (error: unknown) => abort.signal.aborted || setFailed({ key, error }),
      );
    const timer = setTimeout(ask, WAIT_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [key, given, failed === undefined]);
  return {
    data: kept.get(key),
    error: failed?.key === key ? failed.error : undefined,
    reload: () => setFailed(undefined),
  };
}

export type Reached = { step: string; ms: number };
export type Analysing = {
  rca: Rca | undefined;
  error: unknown;
  /** The steps as they came in, if this page saw them come. */
  reached: Reached[];
  progress: Progress | undefined;
  state: "live" | "resuming" | "asking";
  reload: () => void;
};

/** An analysis: loaded, and followed to its end if it has not come to it. */
export function useAnalysis(id: string | undefined, onEnd: () => void): Analysing {
  const loaded = useLoad(`analysis ${id}`, async (signal) =>
    id ? get("/agent-runs/rca-runs/{rca_run_id}", { path: { rca_run_id: id }, signal }) : undefined,
  );
  const [seen, setSeen] = useState<{ id: string; reached: Reached[]; progress: Progress }>();
  const [state, setState] = useState<Analysing["state"]>("live");
  const [error, setError] = useState<unknown>();
  const rca = loaded.data;
  const open = rca !== undefined && isOpen(rca);
  const ended = useRef(onEnd);
  ended.current = onEnd;
  useEffect(() => {
    setError(undefined);
    if (!rca || !open) return;
    const abort = new AbortController();
    const began = Date.parse(rca.created_at);
    const onProgress = (progress: Progress) =>
      setSeen((before) => {
        const reached = before?.id === rca.rca_run_id ? before.reached : [];
        const known = reached.some(({ step }) => step === progress.step);
        const told = (progress as { updated_at?: string }).updated_at;
        const ms = Math.max((told ? Date.parse(told) : Date.now()) - began, 0);
        return {
          id: rca.rca_run_id,
          progress,
          reached: known ? reached : [...reached, { step: progress.step, ms }],
        };
      });
    follow(rca.rca_run_id, rca.stream_url, { onProgress, onState: setState, signal: abort.signal }).then(
      () => {
        if (abort.signal.aborted) return;
        loaded.reload();
        ended.current();
      },
      (failure: unknown) => abort.signal.aborted || setError(failure),
    );
    return () => abort.abort();
  }, [rca?.rca_run_id, open]);
  const mine = seen && seen.id === rca?.rca_run_id ? seen : undefined;
  return {
    rca,
    error: loaded.error ?? error,
    reached: mine?.reached ?? [],
    progress: mine?.progress,
    state,
    reload: loaded.reload,
  };
}
