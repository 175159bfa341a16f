import type { Schemas } from "../../api/client";
import { Time } from "../../parts/values";
import { storyOf } from "./events";

type Failure = Schemas["FailureDetail"];

/** What became of a failure, oldest first. */
export function Story({ failure }: { failure: Failure }) {
  return (
    <ol class="story">
      {storyOf(failure).map(({ at, text, status }) => (
        <li key={text} class="status" data-status={status}>
          <i aria-hidden="true" />
          <span>
            {text}
            <span class="dim">
              <Time at={at} />
            </span>
          </span>
        </li>
      ))}
    </ol>
  );
}
