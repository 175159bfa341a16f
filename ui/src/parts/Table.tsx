import "./table.css";
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useKeys } from "../app/keys";
import { go } from "../app/router";
import { narrow } from "./narrow";
import { useRows } from "./virtual";

export type Column<T> = {
  title: string;
  /** A track of CSS grid: "1fr", "96px", "minmax(120px, 2fr)". */
  width: string;
  cell: (row: T) => ComponentChildren;
  align?: "end";
  /** Its cell is the link of the row. */
  link?: boolean;
  /** Its title is for those who cannot see the cells. */
  quiet?: boolean;
};

type Props<T> = {
  label: string;
  rows: readonly T[];
  columns: readonly Column<T>[];
  /** The whole row on a phone. */
  phone: (row: T) => ComponentChildren;
  keyOf: (row: T) => string;
  linkTo: (row: T) => string;
  height?: number;
  /** It is all of its view and scrolls by itself; if not, all rows are drawn. */
  fill?: boolean;
  isNew?: (row: T) => boolean;
  /** Called when the end comes near: load the next page. */
  onEnd?: () => void;
  /** Told whether the first row is in sight and none is chosen. */
  onTop?: (top: boolean) => void;
};

const ROW = 36;
const PHONE_ROW = 64;
const NEAR = 20;

/** Rows of one height, as many as there are; j and k move, Enter opens. */
export function Table<T>(props: Props<T>) {
  const { label, rows, columns, keyOf, linkTo, phone, height = ROW, fill = false, isNew, onEnd, onTop } = props;
  const box = useRef<HTMLDivElement>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  const row = narrow.value ? PHONE_ROW : height;
  const { items, height: all, scrollTo } = useRows(box, fill ? rows.length : 0, row);
  // The row that is chosen stays it when others come before it.
  const at = chosen === null ? -1 : rows.findIndex((each) => keyOf(each) === chosen);
  // Keys that follow each other faster than the rows are drawn begin where the last one led.
  const led = useRef(at);
  led.current = at;
  const move = (by: number) => {
    const next = Math.min(Math.max(led.current + by, 0), rows.length - 1);
    const found = rows[next];
    if (found === undefined) return;
    led.current = next;
    setChosen(keyOf(found));
    if (fill) scrollTo(next);
    else box.current?.querySelectorAll(".table-row")[next]?.scrollIntoView({ block: "nearest" });
  };
  useKeys([
    { keys: "j", does: "next row", run: () => move(1) },
    { keys: "k", does: "row before", run: () => move(-1) },
    { keys: "Enter", does: "open the row", run: () => rows[led.current] && go(linkTo(rows[led.current] as T)) },
  ]);
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (rows.length && last >= rows.length - NEAR) onEnd?.();
  }, [last, rows.length]);
  const tell = () => onTop?.((box.current?.scrollTop ?? 0) < row && at < 0);
  useEffect(tell, [at]);
  const cells: readonly Column<T>[] = narrow.value
    ? [{ title: label, width: "minmax(0, 1fr)", link: true, cell: phone }]
    : columns;
  const drawn = (each: T, index: number, start?: number) => (
    <div
      key={keyOf(each)}
      class={`table-row${isNew?.(each) ? " table-new" : ""}`}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={index === at}
      style={start === undefined ? undefined : { transform: `translateY(${start}px)` }}
    >
      {cells.map(({ title, cell, align, link }) => (
        <span role="gridcell" key={title} data-align={align}>
          {link ? (
            <a class="table-link" href={linkTo(each)}>
              {cell(each)}
            </a>
          ) : (
            cell(each)
          )}
        </span>
      ))}
    </div>
  );
  const grid = { "--columns": cells.map((each) => each.width).join(" "), "--row": `${row}px` };
  return (
    <div
      class={fill ? "table table-fill" : "table"}
      role="grid"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      style={grid}
    >
      <div class="table-row table-head" role="row">
        {columns.map(({ title, align, quiet }) => (
          <span role="columnheader" key={title} data-align={align}>
            {quiet ? <span class="unseen">{title}</span> : title}
          </span>
        ))}
      </div>
      <div class="table-body" role="rowgroup" ref={box} onScroll={tell}>
        {fill ? (
          <div style={{ height: `${all}px` }} role="presentation">
            {items.map(({ index, start }) => {
              const each = rows[index];
              return each === undefined ? null : drawn(each, index, start);
            })}
          </div>
        ) : (
          rows.map((each, index) => drawn(each, index))
        )}
      </div>
    </div>
  );
}
