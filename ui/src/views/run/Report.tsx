import "./report.css";
import { link } from "../../app/router";
import { CopyButton } from "../../parts/CopyButton";
import { plural, words } from "../../parts/format";
import { CategoryMark, Time } from "../../parts/values";
import { Chips, EvidenceLink, Sentence } from "./Chips";
import type { Hypothesis, Report as Told } from "./logic/evidence";
import { shown } from "./logic/state";
import { asJira, asMarkdown } from "./logic/ticket";
import { CHAIN, chipId, SEEN } from "./open";
import { actionWords, basis, confidenceWords, headline } from "./words";

/** Why it failed: the answer, what it rests on, and what to do. */
export function Report({ report }: { report: Told }) {
  const cited = new Set(
    report.hypotheses.flatMap((each) => [...each.evidence_ids, ...each.contradicting_evidence_ids]),
  );
  for (const id of report.causal_chain) cited.add(id);
  const others = report.evidence_index.filter((each) => !cited.has(each.evidence_id));
  const recovered = new Set(report.recovered_evidence_ids);
  return (
    <article class="report">
      <Answer report={report} />
      {report.hypotheses.map((hypothesis, index) => (
        <Claim key={hypothesis.hypothesis_id} hypothesis={hypothesis} report={report} rank={index + 1} />
      ))}
      {report.causal_chain.length > 1 && (
        <section>
          <h2>What led where</h2>
          <Chain report={report} />
        </section>
      )}
      {report.action_items.length > 0 && (
        <section>
          <h2>{report.insufficient_evidence ? "What to record" : "What to do"}</h2>
          <Actions report={report} />
        </section>
      )}
      {!report.insufficient_evidence && report.missing_evidence.length > 0 && (
        <section>
          <h2>What was not recorded and would decide</h2>
          <ul class="report-list">
            {report.missing_evidence.map((each) => (
              <li key={each}>{each}</li>
            ))}
          </ul>
        </section>
      )}
      {others.length > 0 && (
        <section>
          <h2>
            {report.hypotheses.length ? "Seen besides" : "What was seen"}{" "}
            {recovered.size > 0 && <span class="dim">{plural(recovered.size, "failure")} recovered</span>}
          </h2>
          <Chips report={report} ids={others.map((each) => each.evidence_id)} claim={SEEN} label="Seen besides" />
        </section>
      )}
      <Ticket report={report} />
      <footer class="report-foot">
        Engine {report.engine.version}, rules {report.engine.rules_version}
        {report.engine.weights_version && `, wording ${report.engine.weights_version}`}. The same run, rules and wording
        give the same report.
      </footer>
    </article>
  );
}

/** The answer in one look; that there is none is an answer, too. */
function Answer({ report }: { report: Told }) {
  const [first] = report.hypotheses;
  return (
    <header class="answer" data-insufficient={report.insufficient_evidence}>
      <p class="answer-kind">
        {report.insufficient_evidence ? (
          <span class="answer-none">Insufficient evidence</span>
        ) : (
          <Found report={report} />
        )}
      </p>
      <h2>{headline(report)}</h2>
      {first && <Confidence hypothesis={first} report={report} />}
      {!first && <p>{report.insufficient_reason ? `${report.insufficient_reason}.` : report.summary}</p>}
      {report.insufficient_evidence && report.missing_evidence.length > 0 && (
        <ul class="report-list" aria-label="Not recorded, and would have decided">
          {report.missing_evidence.map((each) => (
            <li key={each}>{each}</li>
          ))}
        </ul>
      )}
      <Recurrence report={report} />
    </header>
  );
}

function Found({ report: { category, cause, hypotheses } }: { report: Told }) {
  if (!hypotheses.length) return <span class="dim">No cause to name</span>;
  return (
    <>
      <CategoryMark category={category} />
      <span class="dim">{words(cause)}</span>
    </>
  );
}

function Confidence({ hypothesis, report }: { hypothesis: Hypothesis; report: Told }) {
  return (
    <p class="confidence" data-level={hypothesis.confidence}>
      <span class="confidence-bars" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      <b>{confidenceWords(hypothesis)}</b> <span class="dim">{basis(hypothesis, report)}</span>
    </p>
  );
}

function Recurrence({ report: { recurrence, fingerprint } }: { report: Told }) {
  if (!fingerprint) return null;
  const to = link(`/failures/${fingerprint}`);
  if (!recurrence) {
    return (
      <p class="recurrence">
        <a href={to}>Not seen before</a> <span class="dim">in any other run, when this was written</span>
      </p>
    );
  }
  return (
    <p class="recurrence">
      <a href={to}>Seen in {plural(recurrence.seen, "other run")}</a>{" "}
      <span class="dim">
        since <Time at={recurrence.first_seen} />
        {recurrence.first_version && `, first in version ${recurrence.first_version}`}
      </span>
    </p>
  );
}

/** One hypothesis with what it rests on, what speaks against it, and how to check it. */
function Claim({ hypothesis, report, rank }: { hypothesis: Hypothesis; report: Told; rank: number }) {
  const id = hypothesis.hypothesis_id;
  const say = (text: string) => <Sentence text={text} report={report} claim={id} />;
  return (
    <section class="claim" id={id} data-claim={id}>
      {report.hypotheses.length > 1 && (
        <header>
          <h2>{rank === 1 ? "Most likely" : `Or: ${hypothesis.title}`}</h2>
          {rank > 1 && <Confidence hypothesis={hypothesis} report={report} />}
        </header>
      )}
      <p>{say(hypothesis.description)}</p>
      <Chips report={report} ids={hypothesis.evidence_ids} claim={id} label={`Evidence for ${hypothesis.title}`} />
      {hypothesis.contradicting_evidence_ids.length > 0 && (
        <>
          <h3>Speaks against it</h3>
          <Chips
            report={report}
            ids={hypothesis.contradicting_evidence_ids}
            claim={id}
            label={`Against ${hypothesis.title}`}
            against
          />
        </>
      )}
      <div class="claim-part">
        <h3>Fix</h3>
        <p>{say(hypothesis.mitigation)}</p>
        {hypothesis.validate_fix && <p class="dim">It worked if: {say(lower(hypothesis.validate_fix))}</p>}
      </div>
      <div class="claim-part">
        <h3>How to check</h3>
        <ol class="report-list">
          {hypothesis.verification_steps.map((step) => (
            <li key={step}>{say(step)}</li>
          ))}
        </ol>
        {hypothesis.would_disprove && (
          <p class="dim">It is wrong if there is: {say(lower(hypothesis.would_disprove))}</p>
        )}
      </div>
    </section>
  );
}

// Sentences of the report stand behind a colon; a name keeps its capital.
const lower = (text: string): string =>
  /^(A|An|The|Calls|Failures|No|Runs|What) /.test(text) ? `${text[0]?.toLowerCase()}${text.slice(1)}` : text;

function Chain({ report }: { report: Told }) {
  const open = shown.claim.value === CHAIN ? shown.evidence.value : null;
  const index = new Map(report.evidence_index.map((each) => [each.evidence_id, each]));
  return (
    <ol class="chain">
      {report.causal_chain.map((id, at) => {
        const evidence = index.get(id);
        return evidence ? (
          <li key={id}>
            <EvidenceLink
              evidence={evidence}
              claim={CHAIN}
              class="chain-link"
              id={chipId(CHAIN, id)}
              title={evidence.snippet}
              current={open === id}
            >
              <b class="chain-number">{at + 1}</b>
              <span>{evidence.title}</span>
              <Time at={evidence.occurred_at} />
            </EvidenceLink>
          </li>
        ) : null;
      })}
    </ol>
  );
}

function Actions({ report }: { report: Told }) {
  return (
    <ul class="actions">
      {report.action_items.map((item) => (
        <li key={item.action_id}>
          <p>
            <b>{item.title}</b>
          </p>
          <p>
            <Sentence text={item.description} report={report} claim={SEEN} />
          </p>
          <p class="dim">
            {actionWords(item.type)} · <span data-priority={item.priority}>{item.priority} priority</span> ·{" "}
            {item.owner} · due in {plural(item.due_in_days, "day")}
          </p>
        </li>
      ))}
    </ul>
  );
}

function Ticket({ report: { jira_fields: ticket } }: { report: Told }) {
  return (
    <section class="ticket">
      <header>
        <h2>Ticket</h2>
        <CopyButton text={ticket.jira_summary} label="Summary" />
        <CopyButton text={asJira(ticket)} label="Jira" />
        <CopyButton text={asMarkdown(ticket)} label="Markdown" />
      </header>
      <details>
        <summary>{ticket.jira_summary}</summary>
        <pre>{ticket.jira_description_md}</pre>
      </details>
    </section>
  );
}
