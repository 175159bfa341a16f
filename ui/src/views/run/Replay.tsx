import { useEffect, useMemo, useState } from "preact/hooks";
import { useKeys } from "../../app/keys";
import { count, duration } from "../../parts/format";
import { momentAt, momentsOf } from "./logic/replay";
import type { Span } from "./logic/scale";
import { changeSoon } from "./logic/state";
import type { Outline } from "./logic/tree";

const EVERY_MS = 350;
/** A long run is played in about as many steps. */
const MOST_STEPS = 120;

/** Step through a run: the events after this moment are not shown, and what was under way has no end yet. */
export function Replay({ events, span, at }: { events: readonly Outline[]; span: Span; at: number }) {
  const moments = useMemo(() => momentsOf(events, span), [events, span]);
  const [playing, setPlaying] = useState(false);
  const last = moments.length - 1;
  const now = momentAt(moments, at);
  const to = (index: number) => changeSoon({ at: String(moments[Math.min(Math.max(index, 0), last)] ?? 0) });
  useKeys([
    { keys: "]", does: "replay: next moment", run: () => to(now + 1) },
    { keys: "[", does: "replay: moment before", run: () => to(now - 1) },
  ]);
  useEffect(() => {
    if (!playing) return;
    if (now >= last) return setPlaying(false);
    const timer = setTimeout(() => to(now + Math.ceil(moments.length / MOST_STEPS)), EVERY_MS);
    return () => clearTimeout(timer);
  }, [playing, now, last]);
  const play = () => {
    if (!playing && now >= last) to(0);
    setPlaying(!playing);
  };
  return (
    <div class="replay">
      <button type="button" onClick={play}>
        {playing ? "Pause" : "Play"}
      </button>
      <input
        type="range"
        min={0}
        max={last}
        value={now}
        aria-label="Moment of the run"
        aria-valuetext={`${duration(moments[now] ?? 0)} into the run`}
        onInput={(event) => {
          setPlaying(false);
          to(Number(event.currentTarget.value));
        }}
      />
      <span class="number replay-at">
        {duration(moments[now] ?? 0)} <span class="dim">of {duration(span.ms)}</span>
      </span>
      <span class="number dim replay-count">
        {count(now + 1)} / {count(last + 1)}
      </span>
    </div>
  );
}
