/** The description of an API, as it serves it itself. */
import { useEffect, useState } from "preact/hooks";
import type { OpenApi } from "./check";

const known = new Map<string, OpenApi>();

/** Load the description of the API at an address; nothing until it is there, and where it cannot be had. */
export function useDescription(origin: string | undefined): OpenApi | undefined {
  const [, redraw] = useState(0);
  useEffect(() => {
    if (!origin || known.has(origin)) return;
    const abort = new AbortController();
    // Another stack is asked when its address has been typed to the end.
    const timer = setTimeout(() => {
      fetch(`${origin}/openapi.json`, { signal: abort.signal })
        .then((response) => response.json())
        .then((document: OpenApi) => {
          if (document.components?.schemas) known.set(origin, document);
          redraw((before) => before + 1);
        })
        // Whether it can be reached at all is what the journey tells.
        .catch(() => undefined);
    }, 300);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [origin]);
  return origin ? known.get(origin) : undefined;
}
