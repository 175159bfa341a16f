import type { Schemas } from "../../api/client";

type Failure = Schemas["FailureDetail"];
type Event = { at: string; text: string; status: string };

/** Return what is known to have happened to it, in order. */
export function storyOf(failure: Failure): Event[] {
  const { first_version: first, first_agent: agent, reopened_version: again, last_version: last } = failure;
  const where = [agent, first].filter(Boolean).join(" ");
  const events: (Event | null)[] = [
    { at: failure.first_seen, text: where ? `First seen, in ${where}` : "First seen", status: "open" },
    failure.resolved_at ? { at: failure.resolved_at, text: "Resolved", status: "resolved" } : null,
    failure.reopened_at
      ? { at: failure.reopened_at, text: again ? `Came back in ${again}` : "Came back", status: "reopened" }
      : null,
    failure.last_seen === failure.first_seen
      ? null
      : { at: failure.last_seen, text: last ? `Last seen, in ${last}` : "Last seen", status: "seen" },
  ];
  return events.filter((event) => event !== null).sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
}
