/** The sample runs of events/, by name; each is loaded when it is wanted. */
const FILES = import.meta.glob<string>("../../../../events/*.json", { query: "?raw", import: "default" });

export const SAMPLES: Record<string, () => Promise<string>> = Object.fromEntries(
  Object.entries(FILES).map(([path, load]) => [path.replace(/^.*\/|\.json$/g, ""), load]),
);
