import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  type VirtualItem,
  Virtualizer,
} from "@tanstack/virtual-core";
import type { RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";

export type Rows = {
  items: VirtualItem[];
  height: number;
  scrollTo: (index: number, align?: "auto" | "center") => void;
};

/** Say which of many rows of one height to draw within a box that scrolls. */
export function useRows(box: RefObject<HTMLElement | null>, count: number, rowHeight: number): Rows {
  const [, redraw] = useState(0);
  const [virtual] = useState(
    () =>
      new Virtualizer<HTMLElement, HTMLElement>({
        count,
        getScrollElement: () => box.current,
        estimateSize: () => rowHeight,
        overscan: 12,
        scrollToFn: elementScroll,
        observeElementRect,
        observeElementOffset,
        onChange: () => redraw((before) => before + 1),
      }),
  );
  virtual.setOptions({ ...virtual.options, count, estimateSize: () => rowHeight });
  useLayoutEffect(() => virtual._didMount(), []);
  useLayoutEffect(() => virtual.measure(), [rowHeight]);
  useLayoutEffect(() => virtual._willUpdate());
  return {
    items: virtual.getVirtualItems(),
    height: virtual.getTotalSize(),
    scrollTo: (index, align = "auto") => virtual.scrollToIndex(index, { align }),
  };
}
