/** A request of the page as a command to copy. */

/** Quote a word for a shell. */
export const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** Return the command that reads an address of the API; the secret is named, never shown. */
export function curlOf(address: string, origin: string, needsSecret: boolean): string {
  const secret = needsSecret ? ' -H "Authorization: Bearer $ACCESS_SECRET"' : "";
  return `curl -sS${secret} ${quoted(origin + address)}`;
}
