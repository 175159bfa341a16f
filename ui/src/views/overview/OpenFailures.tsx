import { get } from "../../api/client";
import { useLoad } from "../../api/load";
import { link } from "../../app/router";
import { ago, plural } from "../../parts/format";
import { CategoryMark } from "../../parts/values";
import { stateOf, titleOf } from "../failures/words";
import { ListSkeleton } from "./Lines";

const MOST = 8;
const REFRESH_MS = 30_000;

/** Failures that recur and are not resolved, the most frequent first. */
export function OpenFailures() {
  const failures = useLoad(
    "open failures",
    (signal) => get("/failures", { query: { sort: "count", limit: 50 }, signal }),
    REFRESH_MS,
  );
  const open = failures.data?.items.filter((failure) => failure.status !== "resolved");
  return (
    <section>
      <h2>
        <a href={link("/failures", { sort: "count" })}>Open failures</a>
      </h2>
      {!open ? (
        <ListSkeleton of={failures} lines={MOST} />
      ) : (
        <ul class="lines">
          {open.slice(0, MOST).map((failure) => (
            <li key={failure.fingerprint}>
              <a class="line" href={link(`/failures/${failure.fingerprint}`)}>
                <CategoryMark category={failure.category} quiet />
                <span class="line-text" title={titleOf(failure)}>
                  {titleOf(failure)}
                </span>
                {failure.status === "reopened" && (
                  <span class="worse line-state" title={stateOf(failure)}>
                    came back
                    {failure.reopened_version && <span class="line-version"> in {failure.reopened_version}</span>}
                  </span>
                )}
                <span class="line-share number">{plural(failure.count + failure.also_seen, "run")}</span>
                <span class="line-when number">{ago(failure.last_seen, new Date())}</span>
              </a>
            </li>
          ))}
          {!open.length && <li class="dim">None is open.</li>}
        </ul>
      )}
    </section>
  );
}
