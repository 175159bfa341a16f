import { useMemo, useState } from "preact/hooks";
import { CopyButton } from "../../parts/CopyButton";
import { words } from "../../parts/format";
import { JsonTree } from "../../parts/JsonTree";
import { spelt } from "../../parts/spelt";
import type { Hypothesis, Marks } from "./logic/evidence";
import { MarkedText } from "./MarkedText";

/** What tells most comes first; the rest follows in small. */
const TEXTS = ["error_message", "message", "input_summary", "args_json", "output_summary", "result_summary"];
/** Above, in the head of the event or the run: shown here only if a claim rests on it. */
const ABOVE = new Set([
  ...["name", "tool_name", "status", "kind", "agent_name", "model", "status_code", "retries", "latency_ms"],
  ...["started_at", "ended_at", "created_at", "tokens_prompt", "tokens_completion", "cost_usd", "cost"],
  ...["run_id", "agent_version", "environment", "parent_step_id"],
]);
const TITLES: Record<string, string> = {
  args_json: "Arguments",
  result_summary: "Result",
  output_summary: "Output",
  input_summary: "Input",
  error_message: "Error",
};

type Props = {
  fields: Record<string, unknown>;
  marks: Marks;
  /** Arguments that a claim blames, where this is the call that it is about. */
  blamed: Hypothesis["arguments"];
};

/** The fields of an event: texts and data whole, the rest as names and values. */
export function Fields({ fields, marks, blamed }: Props) {
  const names = Object.keys(fields).filter((name) => !isNothing(fields[name]) && (!ABOVE.has(name) || marks.has(name)));
  const large = [
    ...TEXTS.filter((name) => names.includes(name)),
    ...names.filter((name) => !TEXTS.includes(name) && (typeof fields[name] === "object" || isLong(fields[name]))),
  ];
  const small = names.filter((name) => !large.includes(name));
  if (!names.length) return <p class="fields-none">Nothing else was recorded of it.</p>;
  return (
    <div class="fields">
      {large.map((name) => (
        <Field key={name} name={name} value={fields[name]} marks={marks} blamed={name === "args_json" ? blamed : []} />
      ))}
      {small.length > 0 && (
        <dl class="fields-small">
          {small.map((name) => (
            <div key={name}>
              <dt>{titleOf(name)}</dt>
              <dd class="mono">
                <MarkedText text={String(fields[name])} ranges={marks.get(name)} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}

function titleOf(name: string): string {
  const text = words(name);
  return TITLES[name] ?? `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function isNothing(value: unknown): boolean {
  if (value === null || value === "" || value === undefined) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

const isLong = (value: unknown): boolean => typeof value === "string" && (value.length > 80 || value.includes("\n"));

type FieldProps = Omit<Props, "fields"> & { name: string; value: unknown };

function Field({ name, value, marks, blamed }: FieldProps) {
  const ranges = marks.get(name);
  const data = useMemo(() => (typeof value === "string" && !ranges ? dataIn(value) : undefined), [value, ranges]);
  const [raw, setRaw] = useState(false);
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  const inside = [...marks.keys()].filter((path) => path.startsWith(`${name}/`));
  return (
    <section class="field" data-field={name} data-error={name === "error_message"}>
      <header>
        <h3>{titleOf(name)}</h3>
        {data !== undefined && (
          <button type="button" class="quiet" onClick={() => setRaw(!raw)}>
            {raw ? "As a tree" : "As it came"}
          </button>
        )}
        <CopyButton text={text} />
      </header>
      {typeof value === "string" && (data === undefined || raw) ? (
        <div class="field-text">
          <MarkedText text={value} ranges={ranges} />
        </div>
      ) : (
        <JsonTree
          key={inside.join(" ")}
          value={data ?? value}
          path={name}
          draw={(leaf, path) => (marks.has(path) ? <MarkedText text={leaf} ranges={marks.get(path)} /> : undefined)}
          leadsTo={(path) => inside.some((each) => each.startsWith(`${path}/`))}
        />
      )}
      {blamed.map(({ name: argument, kind }) => (
        <p key={argument} class="field-blamed">
          <code>{spelt(argument)}</code> {BLAMED[kind]}
        </p>
      ))}
    </section>
  );
}

const BLAMED = {
  missing: "was not sent",
  unexpected: "is not known to the tool",
  wrong_type: "is of the wrong type",
  wrong_value: "has a value that was refused",
};

function dataIn(text: string): object | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
}
