import type { Bar } from "./logic/scale";
import type { Outline } from "./logic/tree";
import type { ChainRow } from "./Waterfall";

type Props = {
  chain: readonly ChainRow[];
  bar: (event: Outline) => Bar | null;
  items: readonly { start: number; end: number }[];
  rowHeight: number;
};

/** The way from the root cause to the end of the run, from the end of one bar to that of the next. */
export function ChainLine({ chain, bar, items, rowHeight }: Props) {
  const top = items[0]?.start ?? 0;
  const height = (items.at(-1)?.end ?? 0) - top;
  const points = chain.flatMap(({ row, event }) => {
    const place = event ? bar(event) : { left: 0, width: 1 };
    return place ? [{ x: (place.left + place.width) * 1000, y: row * rowHeight + rowHeight / 2 - top }] : [];
  });
  if (points.length < 2 || height <= 0) return null;
  const path = points
    .map(({ x, y }, index) => {
      const before = points[index - 1];
      if (!before) return `M${x} ${y}`;
      const middle = (before.y + y) / 2;
      return `C${before.x} ${middle} ${x} ${middle} ${x} ${y}`;
    })
    .join("");
  return (
    <div class="chain-line" style={{ transform: `translateY(${top}px)`, height: `${height}px` }} aria-hidden="true">
      <svg aria-hidden="true" viewBox={`0 0 1000 ${height}`} preserveAspectRatio="none">
        <path d={path} />
      </svg>
    </div>
  );
}
