import "./console.css";
import { useEffect, useState } from "preact/hooks";
import { reach } from "../../api/client";
import { explain } from "../../api/errors";
import { follow } from "../../api/follow";
import { secret } from "../../api/secret";
import { link } from "../../app/router";
import { JsonTree } from "../../parts/JsonTree";
import { Duration } from "../../parts/values";
import { type Exchange, send } from "./exchange";
import { SAMPLES } from "./samples";

/** The journey of a run: is it up, in, asked, followed, read. Each request is shown with its answer. */
export default function Console() {
  const [text, setText] = useState("");
  const [ingestSecret, setIngestSecret] = useState("");
  const [log, setLog] = useState<Exchange[]>([]);
  const [running, setRunning] = useState(false);
  const [runId, setRunId] = useState("");
  const load = (name: string) => SAMPLES[name]?.().then((sample) => setText(sample));
  useEffect(() => {
    load(Object.keys(SAMPLES).at(-1) ?? "");
  }, []);
  const journey = async (event: SubmitEvent) => {
    event.preventDefault();
    setRunning(true);
    setLog([]);
    const keep = (exchange: Exchange) => setLog((before) => [...before, exchange]);
    try {
      await travel(text, ingestSecret, keep, setRunId);
    } finally {
      setRunning(false);
    }
  };
  return (
    <>
      <header class="view-head">
        <h1>Console</h1>
        <button type="submit" form="journey" class="primary" disabled={running || !text}>
          {running ? "Running" : "Run all"}
        </button>
      </header>
      <form id="journey" class="console" onSubmit={journey}>
        <section>
          <h2>The run to send</h2>
          <p class="console-samples">
            {Object.keys(SAMPLES).map((name) => (
              <button type="button" key={name} onClick={() => load(name)}>
                {name.replaceAll("_", " ")}
              </button>
            ))}
          </p>
          <textarea
            class="mono"
            rows={24}
            spellcheck={false}
            aria-label="Run as JSON"
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
          <label>
            Ingest secret, where the stack has one
            <input
              type="password"
              autocomplete="off"
              value={ingestSecret}
              onInput={(event) => setIngestSecret(event.currentTarget.value)}
            />
          </label>
        </section>
        <section aria-live="polite">
          <h2>What was said</h2>
          {log.length === 0 && <p class="dim">Health, ingest, analysis, progress, report: one click runs them all.</p>}
          <ol class="console-log">
            {log.map((exchange) => (
              <li key={exchange.id}>
                <Said exchange={exchange} />
              </li>
            ))}
          </ol>
          {runId && !running && (
            <p>
              <a href={link(`/runs/${encodeURIComponent(runId)}`)}>Open the run</a>
            </p>
          )}
        </section>
      </form>
    </>
  );
}

function Said({ exchange }: { exchange: Exchange }) {
  const { title, remedy } = exchange.error === undefined ? { title: "", remedy: "" } : explain(exchange.error);
  return (
    <details>
      <summary>
        <b data-ok={exchange.error === undefined}>{exchange.status || "–"}</b>
        <code>
          {exchange.method} {exchange.to}
        </code>
        <Duration ms={exchange.ms} />
      </summary>
      {title && (
        <p role="alert">
          {title}. {remedy}
        </p>
      )}
      <JsonTree value={exchange.answer} />
    </details>
  );
}

async function travel(
  text: string,
  ingestSecret: string,
  keep: (exchange: Exchange) => void,
  onRun: (id: string) => void,
): Promise<void> {
  const reader: Record<string, string> = secret.peek() ? { Authorization: `Bearer ${secret.peek()}` } : {};
  const ask = async (method: string, to: string, headers: Record<string, string> = reader, body?: string) => {
    const exchange = await send(reach, method, to, headers, body);
    keep(exchange);
    if (exchange.error !== undefined) return undefined;
    return exchange.answer as Record<string, string>;
  };
  if (!(await ask("GET", "/", {}))) return;
  const ingest: Record<string, string> = { "Content-Type": "application/json" };
  if (ingestSecret) ingest["X-Ingest-Secret"] = ingestSecret;
  const stored = await ask("POST", "/agent-runs", ingest, text);
  if (!stored?.run_id) return;
  onRun(stored.run_id);
  const created = await ask("POST", `/agent-runs/${encodeURIComponent(stored.run_id)}/rca-runs`);
  if (!created?.rca_run_id || !created.stream_url) return;
  const began = performance.now();
  let at = 0;
  await follow(created.rca_run_id, created.stream_url, {
    signal: new AbortController().signal,
    onProgress: (progress) => {
      at += 1;
      const ms = performance.now() - began;
      keep({ id: `progress ${at}`, method: "SSE", to: progress.step, status: progress.pct, ms, answer: progress });
    },
  });
  await ask("GET", `/agent-runs/rca-runs/${encodeURIComponent(created.rca_run_id)}`);
}
