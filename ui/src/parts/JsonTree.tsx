import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { plural } from "./format";
import { spelt } from "./spelt";

const OPEN_DEPTH = 2;
const MOST_SHOWN = 200;

type Props = {
  value: unknown;
  name?: string;
  depth?: number;
  /** Its place, as in "args_json/items/0". */
  path?: string;
  /** Draw a text of the tree otherwise than as it is; nothing if there is no reason to. */
  draw?: (text: string, path: string) => ComponentChildren;
  /** Whether to open what is there from the start. */
  leadsTo?: (path: string) => boolean;
};

/** Data as a tree to open and close. Text stays text. */
export function JsonTree({ value, name, depth = 0, path = "", draw, leadsTo }: Props) {
  const [open, setOpen] = useState(depth < OPEN_DEPTH || Boolean(leadsTo?.(path)));
  const [all, setAll] = useState(false);
  const label = name === undefined ? null : <span class="json-name">{spelt(name)}</span>;
  if (value === null || typeof value !== "object") {
    return (
      <div class="json-leaf">
        {label}
        <span class={`json-${value === null ? "null" : typeof value}`}>
          {(typeof value === "string" && draw?.(value, path)) || spelt(String(value))}
        </span>
      </div>
    );
  }
  const entries = Object.entries(value);
  const size = Array.isArray(value) ? plural(entries.length, "item") : plural(entries.length, "field");
  return (
    <details class="json" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {label}
        <span class="json-size">{size}</span>
      </summary>
      {open &&
        (all ? entries : entries.slice(0, MOST_SHOWN)).map(([key, each]) => (
          <JsonTree
            key={key}
            name={key}
            value={each}
            depth={depth + 1}
            path={path ? `${path}/${key}` : key}
            {...(draw && { draw })}
            {...(leadsTo && { leadsTo })}
          />
        ))}
      {open && !all && entries.length > MOST_SHOWN && (
        <button type="button" class="quiet" onClick={() => setAll(true)}>
          {`${entries.length - MOST_SHOWN} more`}
        </button>
      )}
    </details>
  );
}
