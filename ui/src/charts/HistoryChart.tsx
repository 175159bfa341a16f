import "./charts.css";
import { useMemo, useRef } from "preact/hooks";
import { go } from "../app/router";
import { plural } from "../parts/format";
import { lettersOf } from "../parts/values";
import { floorOf, linePath, placed, span, ticks, timeTicks } from "./axis";
import type { History, Sum } from "./history";
import { Key } from "./Key";
import { useReader } from "./reader";
import { useWidth } from "./useWidth";

const LEFT = 44;
const TOP = 20;
const RATE = 64;
const GAP = 28;
const BARS = 128;
const FOOT = 24;
const HEIGHT = TOP + RATE + GAP + BARS + FOOT;
const LETTERS_WIDE = 22;
const LETTERS_TALL = 14;

export type Marker = { at: number; text: string };
type Props = {
  history: History;
  total: Sum;
  /** Of all of it, in words: "24 hours". */
  period: string;
  /** Buckets are days of UTC. */
  utc?: boolean;
  markers?: readonly Marker[];
  linkOf: (from: number, until: number, category?: string) => string;
};

/** How runs went: the share that succeeded above, what failed below, on one axis of time; the key reads the values. */
export function HistoryChart({ history, total, period, utc = false, markers = [], linkOf }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const { slots, series } = history;
  const step = (width - LEFT) / Math.max(slots.length, 1);
  const drawn = useMemo(() => width > 0 && <Drawing {...{ history, width, step, utc }} />, [history, width, utc]);
  const says = (read: number | null) => {
    const slot = read === null ? undefined : slots[read];
    const { runs, failed } = slot ?? total;
    return `${slot ? span(slot.from, slot.until, utc) : period}: ${plural(runs, "run")}, ${failed} failed`;
  };
  const open = (read: number) => {
    const slot = slots[read];
    if (slot?.runs) go(linkOf(slot.from, slot.until));
  };
  const label = "Success rate and failures over time";
  const { at, props } = useReader({ slots: slots.length, step, left: LEFT, label, says, open });
  const slot = at === null ? undefined : slots[at];
  return (
    <div class="history">
      <div ref={box} class="history-plot" style={{ height: `${HEIGHT}px` }} {...props}>
        {width > 0 && (
          <svg width={width} height={HEIGHT} aria-hidden="true">
            {at !== null && (
              <rect class="plot-at" x={LEFT + at * step} y={TOP - 4} width={step} height={HEIGHT - TOP - FOOT + 4} />
            )}
            {drawn}
            {markers.map((marker) => {
              const near = slots.findIndex(({ from, until }) => marker.at >= from && marker.at < until);
              if (near < 0) return null;
              const x = LEFT + near * step;
              const end = x > width * 0.66;
              // Right of the chart's own title.
              const text = end ? x - 6 : Math.max(x + 6, LEFT + 80);
              return (
                <g key={marker.text} class="plot-marker">
                  <line x1={x} x2={x} y1={TOP - 8} y2={HEIGHT - FOOT} />
                  <text x={text} y={TOP - 8} text-anchor={end ? "end" : "start"}>
                    {marker.text}
                  </text>
                </g>
              );
            })}
          </svg>
        )}
      </div>
      <Key
        title={slot ? span(slot.from, slot.until, utc) : period}
        sum={slot ?? total}
        series={series}
        at={at}
        linkOf={(category) => (slot ? linkOf(slot.from, slot.until, category) : linkOf(0, 0, category))}
      />
    </div>
  );
}

type Drawn = { history: History; width: number; step: number; utc: boolean };

function Drawing({ history: { slots, series }, width, step, utc }: Drawn) {
  const floor = floorOf(slots.map((slot) => slot.rate));
  const yRate = (rate: number) => TOP + RATE * (1 - (rate - floor) / (100 - floor));
  const middle = (at: number) => LEFT + (at + 0.5) * step;
  const line = linePath(slots.map(({ rate }, at) => (rate === null ? null : [middle(at), yRate(rate)])));
  const counts = ticks(Math.max(0, ...slots.map((slot) => slot.failed)));
  const most = counts.at(-1) ?? 1;
  const foot = HEIGHT - FOOT;
  const y = (value: number) => foot - (value / most) * BARS;
  const pad = step > 6 ? Math.min(4, step * 0.12) : 0.5;
  return (
    <>
      {[100, (100 + floor) / 2, floor].map((rate) => (
        <g key={rate} class="plot-grid">
          <line x1={LEFT} x2={width} y1={yRate(rate)} y2={yRate(rate)} />
          <text x={LEFT - 8} y={yRate(rate) + 4} text-anchor="end">{`${rate}%`}</text>
        </g>
      ))}
      <path class="plot-line" d={line.path} />
      {line.dots.map(([x, cy]) => (
        <circle key={x} class="plot-dot" cx={x} cy={cy} r={2.5} />
      ))}
      {counts.map((value) => (
        <g key={value} class="plot-grid">
          {value > 0 && <line x1={LEFT} x2={width} y1={y(value)} y2={y(value)} />}
          <text x={LEFT - 8} y={y(value) + 4} text-anchor="end">
            {value}
          </text>
        </g>
      ))}
      {slots.map((slot, at) => {
        let top = foot;
        const x = LEFT + at * step + pad;
        const wide = Math.max(1, step - 2 * pad);
        return (
          <g key={slot.from}>
            {slot.runs > 0 && <rect class="plot-ran" x={x} y={foot} width={wide} height={1} />}
            {series.map(({ name, values }) => {
              const tall = ((values[at] ?? 0) / most) * BARS;
              if (!tall) return null;
              top -= tall;
              return (
                <g key={name} data-category={name}>
                  <rect class="plot-bar" x={x} y={top} width={wide} height={Math.max(tall - 1, 1)} />
                  {tall >= LETTERS_TALL && wide >= LETTERS_WIDE && (
                    <text class="plot-letters" x={x + wide / 2} y={top + tall / 2 + 3} text-anchor="middle">
                      {lettersOf(name)}
                    </text>
                  )}
                </g>
              );
            })}
          </g>
        );
      })}
      {timeTicks(
        slots.map((slot) => slot.from),
        width - LEFT,
        utc,
      ).map((tick) => (
        <g key={tick.at} class="plot-grid">
          <line x1={LEFT + tick.at * step} x2={LEFT + tick.at * step} y1={foot} y2={foot + 4} />
          <text {...placed(LEFT + tick.at * step, width)} y={foot + 18}>
            {tick.text}
          </text>
        </g>
      ))}
      <text class="plot-title" x={LEFT} y={TOP - 8}>
        Succeeded
      </text>
      <text class="plot-title" x={LEFT} y={TOP + RATE + GAP - 12}>
        Failed runs
      </text>
    </>
  );
}
