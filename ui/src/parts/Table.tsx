import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useKeys } from "../app/keys";
import { go } from "../app/router";
import { useRows } from "./virtual";

export type Column<T> = {
  title: string;
  /** A track of CSS grid: "1fr", "96px", "minmax(120px, 2fr)". */
  width: string;
  cell: (row: T) => ComponentChildren;
  align?: "end";
  /** Its cell is the link of the row. */
  link?: boolean;
  /** Left out on a phone. */
  wide?: boolean;
};

type Props<T> = {
  label: string;
  rows: readonly T[];
  columns: readonly Column<T>[];
  keyOf: (row: T) => string;
  linkTo: (row: T) => string;
  /** Called when the end comes near: load the next page. */
  onEnd?: () => void;
};

const ROW = 36;
const NEAR = 20;

/** Rows of one height, as many as there are; j and k move, Enter opens. */
export function Table<T>({ label, rows, columns, keyOf, linkTo, onEnd }: Props<T>) {
  const box = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(-1);
  const { items, height, scrollTo } = useRows(box, rows.length, ROW);
  const move = (by: number) => {
    const next = Math.min(Math.max(at + by, 0), rows.length - 1);
    setAt(next);
    scrollTo(next);
  };
  useKeys([
    { keys: "j", does: "next row", run: () => move(1) },
    { keys: "k", does: "row before", run: () => move(-1) },
    { keys: "Enter", does: "open the row", run: () => rows[at] && go(linkTo(rows[at])) },
  ]);
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (rows.length && last >= rows.length - NEAR) onEnd?.();
  }, [last, rows.length]);
  const grid = { "--columns": columns.map((each) => each.width).join(" "), "--narrow": narrow(columns) };
  return (
    <div class="table" role="grid" aria-label={label} aria-rowcount={rows.length + 1} style={grid}>
      <div class="table-row table-head" role="row">
        {columns.map(({ title, align, wide }) => (
          <span role="columnheader" key={title} data-align={align} data-wide={wide}>
            {title}
          </span>
        ))}
      </div>
      <div class="table-body" role="rowgroup" ref={box}>
        <div style={{ height: `${height}px` }} role="presentation">
          {items.map(({ index, start }) => {
            const row = rows[index];
            if (row === undefined) return null;
            return (
              <div
                key={keyOf(row)}
                class="table-row"
                role="row"
                aria-rowindex={index + 2}
                aria-selected={index === at}
                style={{ transform: `translateY(${start}px)` }}
              >
                {columns.map(({ title, cell, align, link, wide }) => (
                  <span role="gridcell" key={title} data-align={align} data-wide={wide}>
                    {link ? (
                      <a class="table-link" href={linkTo(row)}>
                        {cell(row)}
                      </a>
                    ) : (
                      cell(row)
                    )}
                  </span>
                ))}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

function narrow<T>(columns: readonly Column<T>[]): string {
  return columns
    .filter((each) => !each.wide)
    .map((each) => each.width)
    .join(" ");
}
