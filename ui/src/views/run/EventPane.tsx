import "./event.css";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { address } from "../../api/client";
import { secret } from "../../api/secret";
import { CopyButton } from "../../parts/CopyButton";
import { ErrorNote } from "../../parts/ErrorNote";
import { count, duration, money, words } from "../../parts/format";
import { Skeleton } from "../../parts/Skeleton";
import { spelt } from "../../parts/spelt";
import { StatusDot, Time } from "../../parts/values";
import { Baseline, Contrast } from "./Comparison";
import { type RunDetail, useFields } from "./data";
import { Fields } from "./Fields";
import { Kind, SHAPE_WORDS, shapeOf } from "./Kind";
import { curlOf } from "./logic/curl";
import { type Marks, marksOf, placeOf, type Report } from "./logic/evidence";
import { asOf, fieldsAtStart, hasBegun } from "./logic/replay";
import type { Span } from "./logic/scale";
import { changeSoon, RUN } from "./logic/state";
import type { Outline, Tree } from "./logic/tree";
import { closeEvidence, type Open, stepEvidence } from "./open";

type Props = {
  run: RunDetail;
  tree: Tree;
  span: Span;
  path: string;
  at: number | null;
  report: Report | null | undefined;
  /** The evidence that is open; by default the root's, which nobody asked for. */
  open: Open | undefined;
  asked: boolean;
};

const NO_MARKS: Marks = new Map();

/** The event that is looked at, whole, with what a claim rests on marked. */
export function EventPane({ run, tree, span, path, at, report, open, asked }: Props) {
  const pane = useRef<HTMLElement>(null);
  const { data, error, reload } = useFields(run.run_id, run.revision, path);
  const index = tree.at.get(path);
  const whole = index === undefined ? undefined : tree.nodes[index]?.event;
  const event = whole && at !== null ? asOf(whole, span, at) : whole;
  const unknown = at !== null && whole !== undefined && !hasBegun(whole, span, at);
  const unfinished = at !== null && (path === RUN ? at < span.ms : event !== whole);
  const fields = data && (unfinished ? fieldsAtStart(data.fields) : data.fields);
  const here = open && placeOf(open.evidence) === path ? open : undefined;
  const marks = useMemo(
    () => (here && fields && !unfinished ? marksOf(here.evidence, here.hypothesis, fields) : NO_MARKS),
    [here?.evidence, here?.hypothesis, data, unfinished],
  );
  useLayoutEffect(() => {
    if (pane.current) pane.current.scrollTop = 0;
  }, [path]);
  // From the claim to its proof: when it is opened, and when what it marks is here.
  useEffect(() => {
    if (!here || !fields) return;
    const mark = pane.current?.querySelector("mark") ?? pane.current;
    scrollWithin(pane.current, mark, asked);
    if (asked) mark?.focus({ preventScroll: true });
  }, [here?.claim, here?.evidence.evidence_id, asked, marks, fields === undefined]);
  if (!event && path !== RUN) return null;
  if (unknown) {
    return (
      <section class="event" ref={pane} aria-label="Event" tabIndex={-1}>
        <p class="event-note">At this moment it had not begun.</p>
      </section>
    );
  }
  const reference = address("/agent-runs/{run_id}/fields", { run_id: run.run_id }, { path: path === RUN ? "" : path });
  const isRoot =
    here?.evidence.evidence_id === report?.root_evidence_id && here?.claim === report?.hypotheses[0]?.hypothesis_id;
  return (
    <section class="event" ref={pane} aria-label="Event" tabIndex={-1}>
      {here && report && (
        <div class="event-evidence" data-asked={asked}>
          <span class="event-claim">
            <b>{isRoot ? "Root cause" : "Evidence"}</b>{" "}
            {asked && (
              <span class="number dim">
                {here.all.indexOf(here.evidence.evidence_id) + 1} of {here.all.length}
              </span>
            )}{" "}
            <span class="event-claim-text">{here.hypothesis?.title ?? here.evidence.title}</span>
          </span>
          {asked && (
            <span class="event-steps">
              {here.all.length > 1 && (
                <button type="button" class="quiet" onClick={() => stepEvidence(report, here, 1)}>
                  Next <kbd>e</kbd>
                </button>
              )}
              <button type="button" class="quiet" onClick={closeEvidence}>
                Back to the claim <kbd>Esc</kbd>
              </button>
            </span>
          )}
        </div>
      )}
      <header class="event-head">
        <Kind of={event ? shapeOf(event) : "end"} />
        <h2 title={event?.name}>{event ? spelt(event.name || event.event_id) : "The run"}</h2>
        {event && <span class="event-kind dim">{kindWords(event)}</span>}
        <StatusDot status={event?.status ?? (unfinished ? "running" : run.status)} />
        <span class="event-acts">
          <CopyButton text={JSON.stringify(fields ?? {}, null, 2)} label="JSON" />
          <CopyButton text={curlOf(reference, location.origin, Boolean(secret.value))} label="curl" />
        </span>
      </header>
      {event && <Facts event={event} tree={tree} span={span} />}
      {here?.evidence.kind === "contrast" && <Contrast evidence={here.evidence} tree={tree} path={path} />}
      {here?.evidence.kind === "baseline" && <Baseline evidence={here.evidence} agent={run.agent_name} />}
      {unfinished && <p class="event-note">At this moment it had not ended: what came of it is not shown.</p>}
      {data && report && data.revision !== report.revision && (
        <p class="event-note">The run was replaced since this analysis. What is marked may have moved.</p>
      )}
      {error !== undefined && <ErrorNote error={error} retry={reload} />}
      {fields ? (
        <Fields
          key={path}
          fields={fields}
          marks={marks}
          blamed={here && isBlamed(here) ? (here.hypothesis?.arguments ?? []) : []}
        />
      ) : (
        error === undefined && <Skeleton lines={4} />
      )}
    </section>
  );
}

const isBlamed = ({ evidence, hypothesis }: Open): boolean =>
  evidence.kind === "tool_call" && hypothesis?.evidence_ids[0] === evidence.evidence_id;

function Facts({ event, tree, span }: { event: Outline; tree: Tree; span: Span }) {
  const parent = event.parent === null ? undefined : tree.at.get(event.parent);
  const within = parent === undefined ? undefined : tree.nodes[parent]?.event;
  const tokens = [event.tokens_prompt, event.tokens_completion];
  return (
    <dl class="event-facts">
      {event.timestamp && (
        <Pair name="At">
          <Time at={event.timestamp} />{" "}
          <span class="dim number">+{duration(Math.max(Date.parse(event.timestamp) - span.start, 0))}</span>
        </Pair>
      )}
      {event.duration_ms !== null && <Pair name="Took">{duration(event.duration_ms)}</Pair>}
      {event.status_code !== null && <Pair name="Status">{event.status_code}</Pair>}
      {event.retries > 0 && <Pair name="Retries">{event.retries}</Pair>}
      {tokens.some((each) => each !== null) && (
        <Pair name="Tokens">{tokens.map((each) => (each === null ? "–" : count(each))).join(" in, ")} out</Pair>
      )}
      {event.cost_usd !== null && <Pair name="Cost">{money(event.cost_usd)}</Pair>}
      {event.model && <Pair name="Model">{event.model}</Pair>}
      {tree.agents.length > 1 && <Pair name="Agent">{spelt(event.agent_name)}</Pair>}
      {within && (
        <Pair name="In">
          <button
            type="button"
            class="link"
            onClick={() => changeSoon({ event: within.path, evidence: null, claim: null })}
          >
            {spelt(within.name || within.event_id)}
          </button>
        </Pair>
      )}
    </dl>
  );
}

function kindWords(event: Outline): string {
  const shape = SHAPE_WORDS[shapeOf(event)];
  return event.kind && !shape.toLowerCase().includes(event.kind) ? `${shape}, ${words(event.kind)}` : shape;
}

function Pair({ name, children }: { name: string; children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class="number">{children}</dd>
    </div>
  );
}

/** Bring something into view: within its pane where that scrolls, else on the page. */
function scrollWithin(pane: HTMLElement | null, target: HTMLElement | null, asked: boolean): void {
  if (!pane || !target) return;
  const scrolls = pane.scrollHeight > pane.clientHeight && getComputedStyle(pane).overflowY === "auto";
  if (!scrolls) {
    // Nobody is taken from the head of the page by what they did not ask for.
    if (asked) target.scrollIntoView({ block: target === pane ? "start" : "center" });
    return;
  }
  const box = target.getBoundingClientRect();
  const seen = pane.getBoundingClientRect();
  if (target !== pane && box.top >= seen.top + 48 && box.bottom <= seen.bottom - 24) return;
  const room = pane.clientHeight - target.offsetHeight;
  const top =
    target === pane ? 0 : pane.scrollTop + target.getBoundingClientRect().top - pane.getBoundingClientRect().top;
  pane.scrollTop = Math.max(0, target === pane ? 0 : top - room / 2);
}
