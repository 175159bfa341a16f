import { count, NOTHING, percent, time } from "../parts/format";
import { CategoryMark } from "../parts/values";
import type { Series, Sum } from "./history";

type Props = {
  title: string;
  sum: Sum;
  series: readonly Series[];
  /** The slot that is read; none for all of them. */
  at: number | null;
  linkOf: (category?: string) => string;
};

/** The key of the chart: which colour is what, and how many in the slot that is pointed at, or in all. */
export function Key({ title, sum, series, at, linkOf }: Props) {
  return (
    <div class="key">
      <h3>{title}</h3>
      <dl class="key-sum">
        <div>
          <dt>succeeded</dt>
          <dd class="number">{sum.rate === null ? NOTHING : percent(sum.rate)}</dd>
        </div>
        <div>
          <dt>runs</dt>
          <dd class="number">{count(sum.runs)}</dd>
        </div>
        <div>
          <dt>failed</dt>
          <dd class="number">{count(sum.failed)}</dd>
        </div>
      </dl>
      <ul>
        {series.map(({ name, values, sum: all, rise }) => {
          const value = at === null ? all : (values[at] ?? 0);
          return (
            <li key={name} data-none={value === 0 ? "true" : undefined}>
              <a href={linkOf(name)}>
                <CategoryMark category={name} />
                {rise && (
                  <span class="key-rise" title={`rose since ${time(rise.since, new Date())}: ${riseOf(rise)}`}>
                    rose
                  </span>
                )}
                <span class="number">{count(value)}</span>
              </a>
            </li>
          );
        })}
        {!series.length && <li class="dim">Nothing failed.</li>}
      </ul>
    </div>
  );
}

const riseOf = (rise: NonNullable<Series["rise"]>): string =>
  `${rise.recent_failures} of ${rise.recent_total} runs, before ${rise.baseline_failures} of ${rise.baseline_total}`;
