import "./charts.css";
import { useRef } from "preact/hooks";
import { go } from "../app/router";
import { plural } from "../parts/format";
import { placed, span, ticks, timeTicks } from "./axis";
import { useReader } from "./reader";
import { useWidth } from "./useWidth";

export type Bar = { from: number; until: number; value: number };
type Props = { bars: readonly Bar[]; category: string; label: string; one: string; linkOf: (bar: Bar) => string };

const LEFT = 32;
const TOP = 8;
const TALL = 88;
const FOOT = 24;
const HEIGHT = TOP + TALL + FOOT;

/** How often one thing was seen over time; the line above reads the values. */
export function Hours({ bars, category, label, one, linkOf }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const step = (width - LEFT) / Math.max(bars.length, 1);
  const all = bars.reduce((sum, { value }) => sum + value, 0);
  const says = (at: number | null) => {
    const bar = at === null ? undefined : bars[at];
    return bar ? `${span(bar.from, bar.until)}: ${plural(bar.value, one)}` : `${label}: ${plural(all, one)}`;
  };
  const open = (at: number) => {
    const bar = bars[at];
    if (bar?.value) go(linkOf(bar));
  };
  const { at, props } = useReader({ slots: bars.length, step, left: LEFT, label, says, open });
  const counts = ticks(Math.max(0, ...bars.map((bar) => bar.value)), 2);
  const most = counts.at(-1) ?? 1;
  const foot = TOP + TALL;
  return (
    <div class="hours">
      <p class="dim number">{says(at)}</p>
      <div ref={box} class="history-plot" style={{ height: `${HEIGHT}px` }} {...props}>
        {width > 0 && (
          <svg width={width} height={HEIGHT} aria-hidden="true" data-category={category}>
            {at !== null && <rect class="plot-at" x={LEFT + at * step} y={TOP - 4} width={step} height={TALL + 4} />}
            {counts.map((value) => {
              const y = foot - (value / most) * TALL;
              return (
                <g key={value} class="plot-grid">
                  <line x1={LEFT} x2={width} y1={y} y2={y} />
                  <text x={LEFT - 8} y={y + 4} text-anchor="end">
                    {value}
                  </text>
                </g>
              );
            })}
            {bars.map(({ from, value }, index) => {
              const tall = value ? Math.max(2, (value / most) * TALL) : 0;
              const pad = step > 6 ? Math.min(4, step * 0.12) : 0.5;
              return value ? (
                <rect
                  key={from}
                  class="plot-bar"
                  x={LEFT + index * step + pad}
                  y={foot - tall}
                  width={Math.max(1, step - 2 * pad)}
                  height={tall}
                />
              ) : null;
            })}
            {timeTicks(
              bars.map(({ from }) => from),
              width - LEFT,
            ).map((tick) => (
              <g key={tick.at} class="plot-grid">
                <line x1={LEFT + tick.at * step} x2={LEFT + tick.at * step} y1={foot} y2={foot + 4} />
                <text {...placed(LEFT + tick.at * step, width)} y={foot + 18}>
                  {tick.text}
                </text>
              </g>
            ))}
          </svg>
        )}
      </div>
    </div>
  );
}
