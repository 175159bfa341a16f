import { useState } from "preact/hooks";
import { plural } from "./format";

const OPEN_DEPTH = 2;
const MOST_SHOWN = 200;

type Props = { value: unknown; name?: string; depth?: number };

/** Data as a tree to open and close. Text stays text. */
export function JsonTree({ value, name, depth = 0 }: Props) {
  const [open, setOpen] = useState(depth < OPEN_DEPTH);
  const [all, setAll] = useState(false);
  const label = name === undefined ? null : <span class="json-name">{name}</span>;
  if (value === null || typeof value !== "object") {
    return (
      <div class="json-leaf">
        {label}
        <span class={`json-${value === null ? "null" : typeof value}`}>{String(value)}</span>
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
          <JsonTree key={key} name={key} value={each} depth={depth + 1} />
        ))}
      {open && !all && entries.length > MOST_SHOWN && (
        <button type="button" class="quiet" onClick={() => setAll(true)}>
          {`${entries.length - MOST_SHOWN} more`}
        </button>
      )}
    </details>
  );
}
