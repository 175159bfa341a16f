import { useEffect, useRef } from "preact/hooks";
import type { Schemas } from "../../api/client";
import { useKeys } from "../../app/keys";
import { setQuery } from "../../app/router";
import { duration } from "../../parts/format";
import { StatusDot } from "../../parts/values";
import { useRows } from "../../parts/virtual";

type Event = Schemas["TimelineEvent"];

const ROW = 28;
const KINDS = { step: "step", tool_call: "tool", guardrail: "guard" };

/** A run's events in the order they happened, with a bar for when and how long; j and k go through them. */
export function Timeline({ events, chosen }: { events: readonly Event[]; chosen: string | null }) {
  const box = useRef<HTMLDivElement>(null);
  const { items, height, scrollTo } = useRows(box, events.length, ROW);
  const at = events.findIndex((event) => event.event_id === chosen);
  const choose = (index: number) => {
    const event = events[Math.min(Math.max(index, 0), events.length - 1)];
    if (event) setQuery({ event: event.event_id }, { replace: true });
  };
  useKeys([
    { keys: "j", does: "next event", run: () => choose(at + 1) },
    { keys: "k", does: "event before", run: () => choose(at - 1) },
  ]);
  useEffect(() => {
    if (at >= 0) scrollTo(at);
  }, [at]);
  const { start, span } = extent(events);
  return (
    <div class="timeline" ref={box} style={{ maxHeight: `min(${height}px, 60dvh)` }}>
      <div class="timeline-rows" style={{ height: `${height}px` }}>
        {items.map(({ index, start: top }) => {
          const event = events[index];
          if (!event) return null;
          const ms = latency(event);
          const left = event.timestamp ? (Date.parse(event.timestamp) - start) / span : 0;
          return (
            <button
              type="button"
              key={event.event_id}
              class="timeline-row"
              aria-pressed={index === at}
              onClick={() => choose(index)}
              style={{ transform: `translateY(${top}px)` }}
            >
              <StatusDot status={event.status} quiet />
              <span class="dim">{KINDS[event.event_type]}</span>
              <span class="timeline-name">{event.name}</span>
              <span class="timeline-track" aria-hidden="true">
                <i
                  style={{ left: `${left * 100}%`, width: `${Math.min(((ms ?? 0) / span) * 100, 100 - left * 100)}%` }}
                />
              </span>
              <span class="number dim">{ms === undefined ? "" : duration(ms)}</span>
            </button>
          );
        })}
      </div>
    </div>
  );
}

function latency(event: Event): number | undefined {
  const ms = event.details.latency_ms;
  return typeof ms === "number" ? ms : undefined;
}

function extent(events: readonly Event[]): { start: number; span: number } {
  let start = Number.POSITIVE_INFINITY;
  let end = Number.NEGATIVE_INFINITY;
  for (const event of events) {
    if (!event.timestamp) continue;
    const at = Date.parse(event.timestamp);
    start = Math.min(start, at);
    end = Math.max(end, at + (latency(event) ?? 0));
  }
  return Number.isFinite(start) ? { start, span: Math.max(end - start, 1) } : { start: 0, span: 1 };
}
