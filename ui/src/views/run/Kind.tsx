import type { Outline } from "./logic/tree";

const SHAPES = {
  step: "M3 3h10v10H3z",
  model: "M8 2l1.6 4.4L14 8l-4.4 1.6L8 14l-1.6-4.4L2 8l4.4-1.6z",
  tool: "M9.5 2.5a4 4 0 0 0-3.6 5.4L2.5 11.3v2.2h2.2l3.4-3.4a4 4 0 0 0 5.1-5.3L10.9 7 9 5.1l2.2-2.2a4 4 0 0 0-1.7-.4z",
  guard: "M8 2l5 2v4c0 3-2.2 5-5 6-2.8-1-5-3-5-6V4z",
  end: "M4 14V2.5h8.5L10.5 6l2 3.5H4",
};
const MODEL = /llm|model|chat|completion|generat/i;

export type Shape = keyof typeof SHAPES;

/** What kind of event it is, by shape. */
export function Kind({ of }: { of: Shape }) {
  return (
    <svg class="kind" viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
      <path d={SHAPES[of]} />
    </svg>
  );
}

export function shapeOf({ event_type, kind, model }: Outline): Shape {
  if (event_type === "tool_call") return "tool";
  if (event_type === "guardrail") return "guard";
  return model || MODEL.test(kind ?? "") ? "model" : "step";
}

export const SHAPE_WORDS: Record<Shape, string> = {
  step: "Step",
  model: "Model step",
  tool: "Tool call",
  guard: "Guardrail",
  end: "Run",
};
