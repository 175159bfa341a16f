/** Every place of the page, and the chunk that draws it. */
import type { ComponentType } from "preact";

export type ViewProps = { params: Record<string, string> };
type View = { default: ComponentType<ViewProps> };

export type Place = {
  pattern: string;
  title: string;
  /** The place in the navigation that it belongs to. */
  section: string;
  load: () => Promise<View>;
};

export const PLACES: Place[] = [
  { pattern: "/", title: "Overview", section: "/", load: () => import("../views/overview/Overview") },
  { pattern: "/runs", title: "Runs", section: "/runs", load: () => import("../views/runs/Runs") },
  { pattern: "/runs/:id", title: "Run", section: "/runs", load: () => import("../views/run/Run") },
  { pattern: "/failures", title: "Failures", section: "/failures", load: () => import("../views/failures/Failures") },
  {
    pattern: "/failures/:fingerprint",
    title: "Failure",
    section: "/failures",
    load: () => import("../views/failure/Failure"),
  },
  { pattern: "/console", title: "Console", section: "/console", load: () => import("../views/console/Console") },
];

/** What the navigation lists, with the key that goes there behind `g`. */
export const SECTIONS = [
  { place: "/", title: "Overview", key: "o" },
  { place: "/runs", title: "Runs", key: "r" },
  { place: "/failures", title: "Failures", key: "f" },
  { place: "/console", title: "Console", key: "c" },
];
