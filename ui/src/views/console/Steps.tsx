import { duration } from "../../parts/format";
import { STAGES, type Stage, type Step } from "./journey";

const TITLES: Record<Stage, string> = {
  health: "Health",
  ingest: "Ingest",
  create: "Create",
  stream: "Stream",
  poll: "Poll",
  report: "Report",
};
const STATES = { waiting: "not yet", running: "under way", done: "done", failed: "failed" };

/** How far the journey is. */
export function Steps({ steps }: { steps: Record<Stage, Step> }) {
  return (
    <ol class="stages" aria-label="Journey">
      {STAGES.map((stage) => {
        const { state, ms } = steps[stage];
        return (
          <li key={stage} data-state={state}>
            <i aria-hidden="true" />
            <span>{TITLES[stage]}</span>
            <span class="unseen">: {STATES[state]}</span>
            <span class="number dim">{ms === undefined ? "" : duration(ms)}</span>
          </li>
        );
      })}
    </ol>
  );
}
