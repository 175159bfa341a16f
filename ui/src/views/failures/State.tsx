import type { Schemas } from "../../api/client";
import { stateOf } from "./words";

/** The state of a failure: by shape, colour and words. */
export function State({ failure }: { failure: Pick<Schemas["Failure"], "status" | "reopened_version"> }) {
  return (
    <span class="status" data-status={failure.status} title={stateOf(failure)}>
      <i aria-hidden="true" />
      <span class="state-text">{stateOf(failure)}</span>
    </span>
  );
}
