/** The sample runs of events/, by name; each is loaded when it is wanted. Traces go to another route. */
const FILES = import.meta.glob<string>(["../../../../events/*.json", "!../../../../events/trace_*.json"], {
  query: "?raw",
  import: "default",
});

export const SAMPLES: Record<string, () => Promise<string>> = Object.fromEntries(
  Object.entries(FILES).map(([path, load]) => [path.replace(/^.*\/|\.json$/g, ""), load]),
);
