import { CopyButton } from "../../parts/CopyButton";
import { duration, short } from "../../parts/format";
import { JsonTree } from "../../parts/JsonTree";
import { curl } from "./curl";
import type { Exchange, Headers } from "./exchange";
import type { Line } from "./journey";
import type { Trouble } from "./trouble";

/** What was said, line by line, as a terminal would print it; a request opens to all that there is to it. */
export function Log({ lines }: { lines: readonly Line[] }) {
  return (
    <div class="log" role="log" aria-label="What was said">
      <ol>
        {lines.map((line, index) => (
          // Lines are only ever added.
          <li key={index} data-kind={line.kind}>
            {line.kind === "exchange" && <ExchangeLine at={line.at} exchange={line.exchange} />}
            {line.kind === "event" && (
              <p class="log-line">
                <At ms={line.at} />
                <b class="number">{line.told.progress.pct}%</b>
                <span>{line.told.progress.step}</span>
                <span class="dim">{line.told.id}</span>
              </p>
            )}
            {line.kind === "note" && (
              <p class="log-line">
                <At ms={line.at} />
                <b />
                <span>{line.text || line.trouble?.title}</span>
              </p>
            )}
            {line.kind === "note" && line.trouble && <TroubleNote trouble={line.trouble} />}
          </li>
        ))}
      </ol>
    </div>
  );
}

function At({ ms }: { ms: number }) {
  return <time class="log-at">{(ms / 1000).toFixed(3)}</time>;
}

function ExchangeLine({ at, exchange }: { at: number; exchange: Exchange }) {
  const { sent, got, trouble, ms } = exchange;
  const { pathname, search, origin } = new URL(sent.url);
  const where = origin === location.origin ? pathname : sent.url.replace(search, "");
  return (
    <>
      <details>
        <summary class="log-line">
          <At ms={at} />
          <b class="number" data-ok={trouble === undefined}>
            {got?.status ?? "–"}
          </b>
          <span class="log-what" title={sent.url}>
            <b>{sent.method}</b> {where}
          </span>
          <span class="number">{duration(ms)}</span>
        </summary>
        <Whole exchange={exchange} />
      </details>
      {trouble && <TroubleNote trouble={trouble} />}
    </>
  );
}

function TroubleNote({ trouble }: { trouble: Trouble }) {
  return (
    <div class="trouble" role="alert">
      <h2>{trouble.title}</h2>
      <p>{trouble.remedy}</p>
      {trouble.fields.length > 0 && (
        <ul>
          {trouble.fields.map((field) => (
            <li key={field}>
              <code>{field}</code>
            </li>
          ))}
        </ul>
      )}
      {trouble.requestId && (
        <p class="dim">
          Request <code>{trouble.requestId}</code>
        </p>
      )}
    </div>
  );
}

function Whole({ exchange: { sent, got, waitMs, ms } }: { exchange: Exchange }) {
  return (
    <div class="whole">
      <p class="whole-acts">
        <CopyButton text={curl(sent)} label="Copy as curl" />
        {got?.text && <CopyButton text={got.text} label="Copy the answer" />}
        {waitMs !== undefined && (
          <span class="dim number">
            {duration(waitMs)} to the first byte, {duration(Math.max(ms - waitMs, 0))} to read
          </span>
        )}
      </p>
      <section>
        <h2>Request</h2>
        <HeaderList headers={sent.headers.map(([name, value]) => [name, masked(name, value)])} />
        {sent.body !== undefined && <Body text={sent.body} />}
      </section>
      {got && (
        <section>
          <h2>Answer</h2>
          <HeaderList headers={got.headers} />
          {got.text && <Body text={got.text} value={got.body} />}
        </section>
      )}
    </div>
  );
}

function HeaderList({ headers }: { headers: Headers }) {
  return (
    <dl class="headers">
      {headers.map(([name, value]) => (
        <div key={name}>
          <dt>{name.toLowerCase()}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Body({ text, value }: { text: string; value?: unknown }) {
  const data = value ?? parsed(text);
  return (
    <div class="whole-body">
      <p class="dim">{short(new Blob([text]).size)} bytes</p>
      {typeof data === "object" ? <JsonTree value={data} /> : <pre>{text}</pre>}
    </div>
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function masked(name: string, value: string): string {
  if (name === "Authorization") return "Bearer ••••••";
  return name === "X-Ingest-Secret" ? "••••••" : value;
}
