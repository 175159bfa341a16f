/** One connection to a stream of progress, as the log shows it: how it opened, and each event. */
import type { Progress } from "../../api/follow";
import { EventParser } from "../../api/sse";

export type Told = { id: string; progress: Progress };
export type Listener = {
  onOpen: (response: Response) => void;
  onEvent: (told: Told) => void;
  signal: AbortSignal;
};

export const ENDS = new Set(["done", "error"]);

/** Read to the end of the connection; true when the analysis has ended, too. A refusal is thrown as its answer. */
export async function readStream(url: string, headers: HeadersInit, listener: Listener): Promise<boolean> {
  const response = await fetch(url, { headers, signal: listener.signal, cache: "no-store" });
  listener.onOpen(response);
  if (response.status === 204) return true;
  if (!response.ok || !response.body) throw response;
  const parser = new EventParser();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return false;
    for (const { id, data } of parser.push(value)) {
      const progress = JSON.parse(data) as Progress;
      listener.onEvent({ id, progress });
      if (!ENDS.has(progress.status)) continue;
      await reader.cancel();
      return true;
    }
  }
}
