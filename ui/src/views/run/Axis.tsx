import { useMemo } from "preact/hooks";
import { money, short } from "../../parts/format";
import { amountOf, type Measure, type Span, tickOf, ticks } from "./logic/scale";
import type { Outline } from "./logic/tree";

const TITLES = { time: "Took", tokens: "Tokens", cost: "Cost" };
const SHOWN = { time: tickOf, tokens: short, cost: money };

type Props = { by: Measure; span: Span; events: readonly Outline[]; at: number | null; title: string };

/** The scale of the bars. */
export function Axis({ by, span, events, at, title }: Props) {
  const most = useMemo(
    () => (by === "time" ? span.ms : events.reduce((before, each) => Math.max(before, amountOf(each, by) ?? 0), 0)),
    [by, span, events],
  );
  const places = ticks(most, by);
  return (
    <div class="axis">
      <span class="axis-name" title={title}>
        {title}
      </span>
      <span class="axis-track">
        {places.map((each) => (
          <i key={each} style={{ left: `${(each / most) * 100}%` }}>
            {SHOWN[by](each)}
          </i>
        ))}
        {at !== null && by === "time" && <b style={{ left: `${Math.min(at / span.ms, 1) * 100}%` }} />}
      </span>
      <span class="axis-amount">{TITLES[by]}</span>
    </div>
  );
}
