/** Places under /ui, held by the address alone: what the page shows is what a link to it shows to someone else. */
import { computed, signal } from "@preact/signals";

export const BASE = "/ui";

const href = signal(location.pathname + location.search);
addEventListener("popstate", () => {
  href.value = location.pathname + location.search;
});

const url = computed(() => new URL(href.value, location.origin));
/** The place without /ui: "/", "/runs", "/runs/run-1". */
export const path = computed(() => url.value.pathname.slice(BASE.length).replace(/\/+$/, "") || "/");
export const query = computed(() => url.value.searchParams);

export type State = Record<string, string | null | undefined>;

/** Go to a place; with `replace`, Back does not return to this one. */
export function go(to: string, { replace = false } = {}): void {
  history[replace ? "replaceState" : "pushState"](null, "", to);
  href.value = location.pathname + location.search;
}

/** Return the address of a place: `link("/runs", { status: "failure" })`. Nothing and empty text are left out. */
export function link(place: string, state: State = {}): string {
  const kept = Object.entries(state).filter((each): each is [string, string] => Boolean(each[1]));
  const text = new URLSearchParams(kept).toString();
  return BASE + (place === "/" ? "/" : place) + (text ? `?${text}` : "");
}

/** Change some of the state of this place. What the viewer chose is a step of its own to go back to; what they type is not. */
export function setQuery(changes: State, { replace = false } = {}): void {
  const state: State = { ...Object.fromEntries(query.value), ...changes };
  go(link(path.value, state), { replace });
}

/** Return the parameters of a place that a pattern such as "/runs/:id" matches, or nothing. */
export function match(pattern: string, place: string): Record<string, string> | undefined {
  const want = pattern.split("/");
  const have = place.split("/");
  if (want.length !== have.length) return undefined;
  const found: Record<string, string> = {};
  for (const [index, part] of want.entries()) {
    const text = have[index] ?? "";
    if (!part.startsWith(":")) {
      if (part !== text) return undefined;
      continue;
    }
    try {
      found[part.slice(1)] = decodeURIComponent(text);
    } catch {
      return undefined;
    }
  }
  return found;
}

/** Follow clicks on links within the page without loading it anew. */
export function followLinks(): void {
  document.addEventListener("click", (event) => {
    const plain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
    const anchor = event.target instanceof Element ? event.target.closest("a") : null;
    if (!plain || event.defaultPrevented || !anchor || anchor.target || anchor.hasAttribute("download")) return;
    const to = new URL(anchor.href);
    if (to.origin !== location.origin || !to.pathname.startsWith(`${BASE}/`)) return;
    event.preventDefault();
    const elsewhere = to.pathname !== location.pathname;
    go(to.pathname + to.search);
    if (elsewhere) scrollTo(0, 0);
  });
}
