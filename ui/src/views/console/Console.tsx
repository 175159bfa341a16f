import "./console.css";
import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { useKeys } from "../../app/keys";
import { link, query, setQuery } from "../../app/router";
import { words } from "../../parts/format";
import { CategoryMark, Chip } from "../../parts/values";
import { type Checked, checker } from "./check";
import { Editor } from "./Editor";
import { type Journey, journey, stop, travel } from "./journey";
import { Log } from "./Log";
import { Steps } from "./Steps";
import { SAMPLES } from "./samples";
import { useDescription } from "./schema";
import { TargetFields } from "./Target";
import { target } from "./target";

/** What was written, kept while the viewer is elsewhere on the page. */
const draft = signal({ sample: "", text: "" });
const CHECK_MS = 200;

/** The journey of a run through the stack, in one click; each request is shown with its answer. */
export default function Console() {
  const sample = query.value.get("sample") ?? Object.keys(SAMPLES).at(-1) ?? "";
  const { text } = draft.value;
  const load = (name: string) => {
    const before = draft.peek();
    SAMPLES[name]?.().then((found) => {
      // Who has begun to write meanwhile keeps it.
      if (draft.peek() === before) draft.value = { sample: name, text: found };
    });
  };
  useEffect(() => {
    if (draft.peek().sample !== sample) load(sample);
  }, [sample]);
  const description = useDescription(target.value?.origin);
  const check = checkerOf(description);
  const checked = useChecked(text, check);
  const [held, setHeld] = useState(false);
  const told = useRef<HTMLElement>(null);
  const { running, steps, lines } = journey.value;
  const start = (anyway: boolean) => {
    const to = target.peek();
    if (!to || !text || running) return;
    const refused = check(text).mistakes.some((mistake) => mistake.severity === "refused");
    setHeld(refused && !anyway);
    if (refused && !anyway) return;
    travel(to, text);
    // There it stands below the editor.
    if (matchMedia("(max-width: 1080px)").matches) told.current?.scrollIntoView({ block: "start" });
  };
  useKeys([{ keys: "r", does: "run all", run: () => start(false) }]);
  return (
    <>
      <header class="view-head">
        <h1>Console</h1>
        {running ? (
          <button type="button" onClick={stop}>
            Stop
          </button>
        ) : (
          <button
            type="button"
            class="primary"
            title="r, or Ctrl+Enter in the editor"
            onClick={() => start(false)}
            disabled={!text || !target.value}
          >
            Run all
          </button>
        )}
      </header>
      <div class="console">
        <section aria-label="The run to send">
          <TargetFields />
          <div class="samples" role="group" aria-label="Samples">
            {Object.keys(SAMPLES).map((name) => (
              <button
                type="button"
                key={name}
                aria-pressed={name === sample}
                onClick={() => {
                  setQuery({ sample: name });
                  load(name);
                }}
              >
                {words(name)}
              </button>
            ))}
          </div>
          <Editor
            label="Run as JSON"
            text={text}
            onText={(now) => {
              setHeld(false);
              draft.value = { sample, text: now };
            }}
            checked={checked}
            onSend={() => start(false)}
          />
          {held && (
            <p class="held" role="alert">
              Not sent: the API would refuse it.{" "}
              <button type="button" onClick={() => start(true)}>
                Send anyway
              </button>
            </p>
          )}
        </section>
        <section aria-label="The journey" ref={told}>
          <Steps steps={steps} />
          {lines.length ? <Log lines={lines} /> : <Before />}
          {!running && <Outcome of={journey.value} />}
        </section>
      </div>
    </>
  );
}

function Before() {
  return (
    <p class="before dim">
      Run all sends the run, has it analysed, follows the analysis and reads its report. Each request will be listed
      here, with its headers, its answer and how long it took.
    </p>
  );
}

function Outcome({ of: { rca, runId } }: { of: Journey }) {
  if (!runId) return null;
  const report = rca?.report;
  const best = report?.hypotheses[0];
  return (
    <div class="outcome">
      {report && (
        <>
          <h2>
            <CategoryMark category={report.category} />
            <span class="dim">{words(report.cause)}</span>
            <Chip>{best ? `${best.confidence} confidence` : "insufficient evidence"}</Chip>
          </h2>
          <p>{report.summary}</p>
        </>
      )}
      {rca?.error_message && <p role="alert">The analysis failed: {rca.error_message}</p>}
      <p>
        <a href={link(`/runs/${encodeURIComponent(runId)}`)}>Open the run</a>
      </p>
    </div>
  );
}

const checkers = new WeakMap<object, ReturnType<typeof checker>>();
const plain = checker(undefined);

function checkerOf(description: Parameters<typeof checker>[0]): ReturnType<typeof checker> {
  if (!description) return plain;
  const known = checkers.get(description) ?? checker(description);
  checkers.set(description, known);
  return known;
}

/** Read a text when its writer pauses. */
function useChecked(text: string, check: (text: string) => Checked): Checked | undefined {
  const [checked, setChecked] = useState<Checked>();
  useEffect(() => {
    if (!text) return;
    const timer = setTimeout(() => setChecked(check(text)), CHECK_MS);
    return () => clearTimeout(timer);
  }, [text, check]);
  return checked;
}
