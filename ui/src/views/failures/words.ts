import type { Schemas } from "../../api/client";
import { words } from "../../parts/format";

type Failure = Schemas["Failure"];

/** What fails, in words: "order_lookup: missing argument". */
export const titleOf = ({ tool, cause }: Pick<Failure, "tool" | "cause">): string =>
  tool ? `${tool}: ${words(cause)}` : words(cause);

/** Its state in words: "open", "resolved", "came back in 2.1.0". */
export function stateOf({ status, last_version }: Pick<Failure, "status" | "last_version">): string {
  if (status !== "reopened") return status;
  return last_version ? `came back in ${last_version}` : "came back";
}
