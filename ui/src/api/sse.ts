/** Server-Sent Events from text in pieces (WHATWG HTML, 9.2.6), as far as this API sends them. */

export type ServerEvent = { id: string; data: string };

export class EventParser {
  retryMs: number | undefined;
  private rest = "";
  private data: string[] = [];
  private id = "";

  /** Take a piece of the stream; return the events that it completes. */
  push(piece: string): ServerEvent[] {
    const lines = (this.rest + piece).split("\n");
    this.rest = lines.pop() ?? "";
    return lines.flatMap((line) => this.take(line.replace(/\r$/, "")));
  }

  private take(line: string): ServerEvent[] {
    if (line === "") {
      const data = this.data;
      this.data = [];
      return data.length ? [{ id: this.id, data: data.join("\n") }] : [];
    }
    const [, field, value] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
    if (field === "data") this.data.push(value ?? "");
    else if (field === "id") this.id = value ?? "";
    else if (field === "retry" && /^\d+$/.test(value ?? "")) this.retryMs = Number(value);
    return [];
  }
}
