/** Data of a view: loaded when its key or the secret changes, and again on request. */
import { useCallback, useEffect, useState } from "preact/hooks";
import { secret } from "./secret";

export type Loading<T> = {
  /** The last that came; kept while newer data loads, or fails to. */
  data: T | undefined;
  error: unknown;
  loading: boolean;
  reload: () => void;
};

type Came<T> = { key: string; data?: T; error?: unknown };

/**
 * Load something: `useLoad(`run ${id}`, (signal) => get("/agent-runs/{run_id}", { path: { run_id: id }, signal }))`.
 *
 * The key names what is asked for: whatever the request depends on has to be in it. Data of another key is never shown.
 */
export function useLoad<T>(key: string, ask: (signal: AbortSignal) => Promise<T>, everyMs?: number): Loading<T> {
  const [came, setCame] = useState<Came<T>>();
  const [turn, setTurn] = useState(0);
  const reload = useCallback(() => setTurn((before) => before + 1), []);
  const whole = `${secret.value} ${key}`;
  useEffect(() => {
    const abort = new AbortController();
    ask(abort.signal).then(
      (data) => abort.signal.aborted || setCame({ key: whole, data }),
      (error: unknown) =>
        abort.signal.aborted ||
        setCame((before) => ({ key: whole, error, ...(before?.key === whole && { data: before.data }) }) as Came<T>),
    );
    return () => abort.abort();
  }, [whole, turn]);
  useEffect(() => {
    if (!everyMs) return;
    // A page in the background asks for nothing.
    const timer = setInterval(() => document.hidden || reload(), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  const current = came?.key === whole ? came : undefined;
  return { data: current?.data, error: current?.error, loading: !current, reload };
}
