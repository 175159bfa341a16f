import type { Loading } from "../../api/load";
import { ErrorNote } from "../../parts/ErrorNote";

/** The shape of a short list, or why there is none. */
export function ListSkeleton({ of, lines = 5 }: { of: Loading<unknown>; lines?: number }) {
  // What fails is said once, above.
  if (of.error !== undefined) return <ErrorNote error={of.error} retry={of.reload} />;
  return (
    <ul class="lines" role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, at) => (
        <li class="line line-empty" key={at}>
          <i />
        </li>
      ))}
    </ul>
  );
}

/** A share as a bar: exact by its numbers beside it. */
export function ShareBar({ part, all, label }: { part: number; all: number; label: string }) {
  return <meter value={part} max={all || 1} aria-label={label} />;
}
