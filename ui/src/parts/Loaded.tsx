import type { ComponentChildren } from "preact";
import type { Loading } from "../api/load";
import { ErrorNote } from "./ErrorNote";
import { Skeleton } from "./Skeleton";

type Props<T> = { of: Loading<T>; skeleton?: ComponentChildren; children: (data: T) => ComponentChildren };

/** Draw what was loaded, or that it loads, fails or is closed. Data that could not be renewed stays, with a note. */
export function Loaded<T>({ of, skeleton, children }: Props<T>) {
  if (of.data === undefined) {
    return (
      <>{of.error === undefined ? (skeleton ?? <Skeleton />) : <ErrorNote error={of.error} retry={of.reload} />}</>
    );
  }
  return (
    <>
      {of.error !== undefined && <ErrorNote error={of.error} retry={of.reload} />}
      {children(of.data)}
    </>
  );
}
