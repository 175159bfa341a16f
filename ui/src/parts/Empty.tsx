import type { ComponentChildren } from "preact";

type Props = { title: string; children?: ComponentChildren /** There is nothing else in the view. */; whole?: boolean };

/** Nothing to show, why, and what to do about it. */
export function Empty({ title, children, whole = false }: Props) {
  return (
    <div class="empty">
      {whole ? <h1>{title}</h1> : <h2>{title}</h2>}
      {children}
    </div>
  );
}
