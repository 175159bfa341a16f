/** A request as a command for a terminal. Secrets are left to its environment. */
import type { Sent } from "./exchange";

const VARIABLES: Record<string, string> = {
  authorization: "Bearer $ACCESS_SECRET",
  "x-ingest-secret": "$INGEST_SECRET",
};

export function curl({ method, url, headers, body }: Sent): string {
  const parts = ["curl"];
  if (headers.some(([, value]) => value === "text/event-stream")) parts.push("-N");
  if (method !== "GET" && !(method === "POST" && body !== undefined)) parts.push("-X", method);
  parts.push(quoted(url));
  for (const [name, value] of headers) {
    const variable = VARIABLES[name.toLowerCase()];
    parts.push("-H", variable ? `"${name}: ${variable}"` : quoted(`${name}: ${value}`));
  }
  if (body !== undefined) parts.push("--data-raw", quoted(body));
  return parts.join(" ");
}

/** Quote for any shell of POSIX. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
