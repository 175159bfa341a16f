import { duration } from "../../parts/format";
import type { Analysing } from "./data";

const STEPS = ["Starting RCA", "Collecting evidence", "Classifying failure", "Generating report", "RCA complete"];
const TITLES = ["Start", "Collect evidence", "Classify the failure", "Write the report", "Done"];
const STATES = {
  live: "",
  resuming: "The connection dropped. It goes on from the last step.",
  asking: "The stream does not get through here. Asking every 1.5 seconds.",
};

/** The five steps of an analysis, lit as they come. */
export function Steps({ analysing }: { analysing: Analysing }) {
  const { progress, reached, state, rca } = analysing;
  const at = STEPS.indexOf(progress?.step ?? rca?.step ?? "");
  const attempt = /\(attempt \d+\)/.exec(progress?.message ?? "")?.[0];
  return (
    <div class="steps">
      <h2>Analysing {attempt && <span class="dim">{attempt}</span>}</h2>
      <ol aria-live="polite">
        {STEPS.map((step, index) => {
          const came = reached.find((each) => each.step === step);
          return (
            <li key={step} data-reached={index <= at} data-current={index === at + 1}>
              <i aria-hidden="true" />
              <span>{TITLES[index]}</span>
              <span class="number dim">{came ? duration(came.ms) : ""}</span>
            </li>
          );
        })}
      </ol>
      <p class="dim steps-state" role="status">
        {STATES[state]}
      </p>
    </div>
  );
}

/** That the report has just come, and how long its steps took. */
export function Took({ analysing: { reached } }: { analysing: Analysing }) {
  const last = reached.at(-1);
  if (!last) return null;
  return (
    <p class="took" role="status">
      <span class="took-dots" aria-hidden="true">
        {STEPS.map((step) => (
          <i key={step} />
        ))}
      </span>
      Analysed in five steps, <span class="number">{duration(last.ms)}</span>
    </p>
  );
}
