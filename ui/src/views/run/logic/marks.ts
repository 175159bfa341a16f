/** Which characters of a text are marked. The API counts Unicode code points, JavaScript UTF-16 units. */

export type Range = { start: number; end: number };
export type Piece = { text: string; marked: boolean };

/** Cut a text into what is marked and what is not; ranges are in code points. */
export function pieces(text: string, ranges: readonly Range[]): Piece[] {
  const found: Piece[] = [];
  let at = 0;
  for (const { start, end } of inUnits(text, merged(ranges))) {
    if (start > at) found.push({ text: text.slice(at, start), marked: false });
    if (end > start) found.push({ text: text.slice(start, end), marked: true });
    at = end;
  }
  if (at < text.length) found.push({ text: text.slice(at), marked: false });
  return found;
}

/** Return where a quotation stands in a text, in code points. */
export function rangeOf(text: string, quoted: string): Range | null {
  const at = quoted ? text.indexOf(quoted) : -1;
  if (at < 0) return null;
  const start = codePoints(text.slice(0, at));
  return { start, end: start + codePoints(quoted) };
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

function merged(ranges: readonly Range[]): Range[] {
  const found: Range[] = [];
  for (const { start, end } of [...ranges].sort((one, other) => one.start - other.start)) {
    const last = found.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else found.push({ start, end });
  }
  return found;
}

function inUnits(text: string, ranges: readonly Range[]): Range[] {
  const wanted = ranges.flatMap(({ start, end }) => [start, end]);
  const units: number[] = [];
  let points = 0;
  let unit = 0;
  for (const each of wanted) {
    while (points < each && unit < text.length) {
      unit += (text.codePointAt(unit) ?? 0) > 0xffff ? 2 : 1;
      points += 1;
    }
    units.push(unit);
  }
  return ranges.map((_, index) => ({ start: units[2 * index] ?? 0, end: units[2 * index + 1] ?? 0 }));
}

/** Keep what is near the first mark of a long text; what is left out is counted on either side. */
export function near(
  all: readonly Piece[],
  most: number,
  before: number,
): { before: number; pieces: Piece[]; after: number } {
  const length = all.reduce((sum, piece) => sum + piece.text.length, 0);
  if (length <= most) return { before: 0, pieces: [...all], after: 0 };
  let first = 0;
  for (const piece of all) {
    if (piece.marked) break;
    first += piece.text.length;
  }
  if (first >= length) first = 0;
  const from = Math.min(Math.max(first - before, 0), length - most);
  const to = from + most;
  const kept: Piece[] = [];
  let at = 0;
  for (const piece of all) {
    const text = piece.text.slice(Math.max(from - at, 0), Math.max(to - at, 0));
    if (text && at < to) kept.push({ text, marked: piece.marked });
    at += piece.text.length;
  }
  return { before: from, pieces: kept, after: length - to };
}
