import { useState } from "preact/hooks";

type Given = {
  /** How many slots there are, and how wide each is, beginning at `left`. */
  slots: number;
  step: number;
  left: number;
  label: string;
  /** What is read now, in words. */
  says: (at: number | null) => string;
  open: (at: number) => void;
};

/** Read a chart: by pointer, touch or arrows; a click or Enter opens what is read. */
export function useReader({ slots, step, left, label, says, open }: Given) {
  const [at, setAt] = useState<number | null>(null);
  const last = Math.max(slots - 1, 0);
  const place = (event: PointerEvent) => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const found = Math.floor((event.clientX - box.left - left) / step);
    setAt(found >= 0 && found < slots ? found : null);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const to = { ArrowLeft: (at ?? slots) - 1, ArrowRight: (at ?? -1) + 1, Home: 0, End: last }[event.key];
    if (to !== undefined) setAt(Math.min(Math.max(to, 0), last));
    else if (event.key === "Escape" && at !== null) setAt(null);
    else if (event.key === "Enter" && at !== null) open(at);
    else return;
    event.preventDefault();
  };
  const props = {
    role: "slider",
    tabIndex: 0,
    "aria-label": `${label}. Arrows read the values, Enter lists the runs.`,
    "aria-valuemin": 0,
    "aria-valuemax": last,
    "aria-valuenow": at ?? last,
    "aria-valuetext": says(at),
    onPointerMove: place,
    onPointerDown: place,
    onPointerLeave: () => setAt(null),
    onBlur: () => setAt(null),
    onClick: () => at !== null && open(at),
    onKeyDown,
  } as const;
  return { at, props };
}
