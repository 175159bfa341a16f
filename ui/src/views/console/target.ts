/** Which stack the console speaks to, and with which secrets. All of it stays in this tab. */
import { computed, signal } from "@preact/signals";
import { forget, remember, secret } from "../../api/secret";

export type Target = {
  /** Without a slash at its end. */
  origin: string;
  access: string;
  ingest: string;
};

const BASE = "console-base";

/** The address that was typed; nothing means the stack that served this page. */
export const typed = signal(read(BASE));
const changes = signal(0);

/** The stack to speak to, or nothing while the address is none. */
export const target = computed<Target | undefined>(() => {
  changes.value;
  const origin = originOf(typed.value);
  if (origin === undefined) return undefined;
  // The page's own secret goes to the page's own stack only.
  const access = origin === location.origin ? secret.value : read(nameOf("access", origin));
  return { origin, access, ingest: read(nameOf("ingest", origin)) };
});

export function setBase(text: string): void {
  write(BASE, text);
  typed.value = text;
}

export function setSecret(kind: "access" | "ingest", origin: string, text: string): void {
  if (kind === "access" && origin === location.origin) {
    if (text) remember(text);
    else forget();
  } else {
    write(nameOf(kind, origin), text);
    changes.value += 1;
  }
}

/** Return the address that paths are put behind: "https://sre.example.org", "https://sre.example.org/prod". */
export function originOf(text: string): string | undefined {
  if (!text.trim()) return location.origin;
  try {
    const url = new URL(text.trim());
    if (!/^https?:$/.test(url.protocol) || url.search || url.hash || url.username) return undefined;
    return url.origin + url.pathname.replace(/\/+$/, "");
  } catch {
    return undefined;
  }
}

function nameOf(kind: string, origin: string): string {
  return `console-${kind} ${origin}`;
}

function read(name: string): string {
  try {
    return sessionStorage.getItem(name) ?? "";
  } catch {
    return "";
  }
}

function write(name: string, text: string): void {
  try {
    if (text) sessionStorage.setItem(name, text);
    else sessionStorage.removeItem(name);
  } catch {
    // Storage is closed to this page: nothing is kept.
  }
}
