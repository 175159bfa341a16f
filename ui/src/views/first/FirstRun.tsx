import "./first.css";
import { useEffect, useState } from "preact/hooks";
import { get } from "../../api/client";
import { ApiError, explain } from "../../api/errors";
import { useLoad } from "../../api/load";
import { secret } from "../../api/secret";
import { go, link, query } from "../../app/router";
import { CopyButton } from "../../parts/CopyButton";
import { Tabs } from "../../parts/Tabs";
import { SAMPLES } from "../console/samples";
import { store } from "./send";
import { snippets } from "./snippets";

const ASK_MS = 2_000;

/** The samples, by the name of their file, and what each shows. */
const SHOWS: Record<string, [title: string, text: string]> = {
  tool_schema_mismatch: ["A tool call without a required field", "The cause is found and proven, with what to do."],
  insufficient_evidence: ["A failure that left no trace", "The honest answer, with what to record next time."],
};

/** Before there is any run: samples, how to send one's own, and the wait for it, which ends at that run. */
export function FirstRun() {
  const first = useLoad("first run", (signal) => get("/agent-runs", { query: { limit: 1 }, signal }), ASK_MS);
  const arrived = first.data?.items[0]?.run_id;
  useEffect(() => {
    if (arrived) go(link(`/runs/${encodeURIComponent(arrived)}`));
  }, [arrived]);
  return (
    <div class="first">
      <header class="first-head">
        <h1>Send your first run</h1>
        <p class="dim">A run is one task of an agent: its steps, its tool calls and how it ended.</p>
      </header>
      <section>
        <h2>Try a sample</h2>
        <Samples />
      </section>
      <section>
        <h2>Send your own</h2>
        <Own />
      </section>
      <p class="first-wait" role="status">
        <i aria-hidden="true" />
        {first.error === undefined
          ? "Waiting for your first run. It opens here by itself."
          : `${explain(first.error).title}. ${explain(first.error).remedy}`}
      </p>
    </div>
  );
}

function Samples() {
  const [busy, setBusy] = useState("");
  const [error, setError] = useState<unknown>();
  const [ingest, setIngest] = useState("");
  const send = async (name: string) => {
    setBusy(name);
    setError(undefined);
    try {
      const stored = await store((await SAMPLES[name]?.()) ?? "{}", ingest);
      go(link(`/runs/${encodeURIComponent(stored.run_id)}`));
    } catch (failed) {
      setError(failed);
      setBusy("");
    }
  };
  const wanted = error instanceof ApiError && error.kind === "secret";
  return (
    <>
      <ul class="first-samples">
        {Object.entries(SHOWS).map(([name, [title, text]]) => {
          return (
            <li key={name}>
              <button type="button" onClick={() => send(name)} disabled={busy !== ""}>
                <b>{title}</b>
                <span>{text}</span>
                <span class="first-load">{busy === name ? "Sending …" : "Send it"}</span>
              </button>
            </li>
          );
        })}
      </ul>
      {error !== undefined && (
        <p class="first-error" role="alert">
          {wanted
            ? "This stack takes runs with its IngestSecret only. Give it here; it is kept for this page alone."
            : `${explain(error).title}. ${explain(error).remedy}`}
        </p>
      )}
      {wanted && (
        <input
          type="password"
          autocomplete="off"
          aria-label="Ingest secret"
          placeholder="IngestSecret"
          onInput={(event) => setIngest(event.currentTarget.value)}
        />
      )}
    </>
  );
}

function Own() {
  const all = snippets(location.origin, secret.value !== "");
  const chosen = all.find(({ value }) => value === query.value.get("with")) ?? all[0];
  if (!chosen) return null;
  return (
    <>
      <Tabs name="with" label="Way to send" tabs={all} />
      <div class="first-code">
        <pre>
          <code>{chosen.code}</code>
        </pre>
        <CopyButton text={chosen.code} />
      </div>
      <p class="dim">{chosen.note}</p>
    </>
  );
}
