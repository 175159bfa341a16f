/** A list that comes in pages, grown as the viewer goes down. */
import { useEffect, useState } from "preact/hooks";
import { type Loading, useLoad } from "./load";

export type Page<T> = { items: T[]; next_cursor: string | null };
export type Pages<T> = Loading<Page<T>> & {
  /** All that came so far. */
  rows: T[];
  /** How many pages that is. */
  count: number;
  /** Whether there are more, and whether the next one is under way. */
  ended: boolean;
  asking: boolean;
  more: () => void;
};

/** Load the first page of what a key names, and the next one when `more` is called. */
export function usePages<T>(
  key: string,
  ask: (cursor: string | undefined, signal?: AbortSignal) => Promise<Page<T>>,
): Pages<T> {
  const first = useLoad(key, (signal) => ask(undefined, signal));
  const [later, setLater] = useState<Page<T>[]>([]);
  const [error, setError] = useState<unknown>();
  const [asking, setAsking] = useState(false);
  useEffect(() => {
    setLater([]);
    setError(undefined);
  }, [first.data]);
  const last = later.at(-1) ?? first.data;
  const more = () => {
    const of = first.data;
    if (!last?.next_cursor || asking || error) return;
    setAsking(true);
    ask(last.next_cursor)
      .then((page) => setLater((before) => (first.data === of ? [...before, page] : before)), setError)
      .finally(() => setAsking(false));
  };
  const rows = [first.data, ...later].flatMap((page) => page?.items ?? []);
  const ended = last !== undefined && !last.next_cursor;
  return { ...first, error: first.error ?? error, rows, count: later.length + 1, ended, asking, more };
}
