import type { Schemas } from "../../api/client";
import { link } from "../../app/router";
import { plural, time } from "../../parts/format";
import { CategoryMark } from "../../parts/values";

const HEIGHT = 120;

/** Failures by category over time, one bar a bucket; the list below is the same in words and numbers. */
export function Bars({ trends }: { trends: Schemas["Trends"] }) {
  const groups = trends.groups
    .map((group) => ({ ...group, sum: group.failures.reduce((all, each) => all + each, 0) }))
    .filter((group) => group.sum > 0)
    .sort((one, other) => other.sum - one.sum);
  const sums = trends.buckets.map((_, at) => groups.reduce((all, group) => all + (group.failures[at] ?? 0), 0));
  const most = Math.max(1, ...sums);
  return (
    <div class="bars">
      <svg viewBox={`0 0 ${trends.buckets.length} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        {trends.buckets.map((bucket, at) => {
          let top = HEIGHT;
          return (
            <g key={bucket}>
              <title>{`${time(bucket, new Date())}: ${plural(sums[at] ?? 0, "failure")}`}</title>
              <rect class="bars-base" x={at + 0.1} width={0.8} y={HEIGHT - 1} height={1} />
              {groups.map((group) => {
                const height = ((group.failures[at] ?? 0) / most) * (HEIGHT - 4);
                top -= height;
                return height > 0 ? (
                  <rect
                    key={group.group}
                    data-category={group.group}
                    x={at + 0.1}
                    width={0.8}
                    y={top}
                    height={height}
                  />
                ) : null;
              })}
            </g>
          );
        })}
      </svg>
      <ul class="bars-key">
        {groups.map((group) => (
          <li key={group.group}>
            <a href={link("/failures", { category: group.group })}>
              <CategoryMark category={group.group} /> <span class="number dim">{group.sum}</span>
            </a>
            {group.rise && <span class="bars-rise">rose since {time(group.rise.since, new Date())}</span>}
          </li>
        ))}
        {!groups.length && <li class="dim">No analysed failures in this period.</li>}
      </ul>
    </div>
  );
}
