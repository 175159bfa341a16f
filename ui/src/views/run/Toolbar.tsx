import { useRef } from "preact/hooks";
import { useKeys } from "../../app/keys";
import { Tabs } from "../../parts/Tabs";
import { change, changeSoon, shown } from "./logic/state";

const MEASURES = [
  { value: "time", title: "Time" },
  { value: "tokens", title: "Tokens" },
  { value: "cost", title: "Cost" },
];

/** What the waterfall shows: which measure, which events. */
export function Toolbar({ hasPath, hasTimes }: { hasPath: boolean; hasTimes: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  useKeys([{ keys: "/", does: "find events", run: () => input.current?.focus() }]);
  const only = shown.only.value;
  const replaying = shown.at.value !== null;
  return (
    <div class="toolbar">
      <Tabs name="by" label="Bars by" tabs={MEASURES} />
      {hasPath && (
        <button
          type="button"
          class="toggle"
          aria-pressed={only}
          title="Fold everything else away (p)"
          onClick={() => change({ only: only ? null : "path", open: null })}
        >
          Failure path only
        </button>
      )}
      {hasTimes && (
        <button
          type="button"
          class="toggle"
          aria-pressed={replaying}
          title="Step through the run with what was known at each moment"
          onClick={() => change({ at: replaying ? null : "0" })}
        >
          Replay
        </button>
      )}
      <input
        ref={input}
        class="toolbar-find"
        type="search"
        placeholder="Find events"
        aria-label="Find events"
        value={shown.find.value}
        onInput={(event) => changeSoon({ find: event.currentTarget.value || null })}
        onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
      />
    </div>
  );
}
