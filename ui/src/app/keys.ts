/** Keys: each is registered by whoever answers it, and listed by `?`. */
import { signal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";

export type Key = { keys: string; does: string; run: () => void };

/** All keys that work now, in the order they were registered. */
export const activeKeys = signal<Key[]>([]);

const SEQUENCE_MS = 1000;
let begun = "";
let begunAt = 0;

/** Answer keys while a view is shown: `useKeys([{ keys: "j", does: "next run", run }])`; "g r" is one after the other. */
export function useKeys(keys: Key[]): void {
  // Before the next key can come: what it does depends on what the one before has changed.
  useLayoutEffect(() => addKeys(keys));
}

/** Answer keys; return what ends that. */
export function addKeys(keys: Key[]): () => void {
  activeKeys.value = [...activeKeys.peek(), ...keys];
  return () => {
    activeKeys.value = activeKeys.peek().filter((key) => !keys.includes(key));
  };
}

/** Hand what is typed outside of fields to whoever registered it last. */
export function listenToKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.metaKey || event.ctrlKey || event.altKey || event.defaultPrevented || isField(event.target)) return;
    // What has the focus answers it itself.
    if (event.key === "Enter" && event.target instanceof Element && event.target.closest("a, button, summary")) return;
    const sequence = begun && event.timeStamp - begunAt < SEQUENCE_MS ? `${begun} ${event.key}` : event.key;
    begun = "";
    const key = activeKeys.peek().findLast((each) => each.keys === sequence);
    if (key) {
      event.preventDefault();
      key.run();
    } else if (activeKeys.peek().some((each) => each.keys.startsWith(`${sequence} `))) {
      begun = sequence;
      begunAt = event.timeStamp;
    }
  });
}

function isField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}
