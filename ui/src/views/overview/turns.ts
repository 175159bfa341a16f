let last: Promise<unknown> = Promise.resolve();

/** Ask when what was asked for before has come: a month of counters is much for a small machine to read at once. */
export function inTurn<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const turn = last.then(() => {
    signal.throwIfAborted();
    return ask();
  });
  last = turn.catch(() => undefined);
  return turn;
}
