import { useMemo, useState } from "preact/hooks";
import { count } from "../../parts/format";
import { spelt } from "../../parts/spelt";
import { near, pieces, type Range } from "./logic/marks";

const MOST = 4_000;
const BEFORE = 400;

type Props = {
  text: string;
  ranges?: readonly Range[] | undefined;
};

/** A text of the telemetry with what a claim rests on marked; a long one around its marks until all of it is asked for. */
export function MarkedText({ text, ranges }: Props) {
  const [whole, setWhole] = useState(false);
  const all = useMemo(() => pieces(text, ranges ?? []), [text, ranges]);
  const {
    before,
    pieces: kept,
    after,
  } = useMemo(() => (whole ? { before: 0, pieces: all, after: 0 } : near(all, MOST, BEFORE)), [all, whole]);
  const more = (left: number) => (
    <button type="button" class="quiet text-more" onClick={() => setWhole(true)}>
      {`… ${count(left)} more`}
    </button>
  );
  return (
    <>
      {before > 0 && more(before)}
      {kept.map((piece, index) =>
        piece.marked ? (
          <mark key={index} tabIndex={-1}>
            {spelt(piece.text)}
          </mark>
        ) : (
          spelt(piece.text)
        ),
      )}
      {after > 0 && more(after)}
    </>
  );
}
