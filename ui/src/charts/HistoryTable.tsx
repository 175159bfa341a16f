import { count, NOTHING, percent, words } from "../parts/format";
import { span } from "./axis";
import type { History } from "./history";

type Props = { history: History; utc?: boolean; linkOf: (from: number, until: number) => string };

/** The same numbers as the chart, as a table; the newest first. */
export function HistoryTable({ history: { slots, series }, utc = false, linkOf }: Props) {
  const rows = slots.map((slot, at) => ({ slot, at })).reverse();
  return (
    <div class="history-table">
      <table aria-label="Runs and failures over time">
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Runs</th>
            <th scope="col">Failed</th>
            <th scope="col">Succeeded</th>
            {series.map(({ name }) => (
              <th scope="col" key={name}>
                {words(name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ slot, at }) => (
            <tr key={slot.from}>
              <th scope="row">
                {slot.runs ? (
                  <a href={linkOf(slot.from, slot.until)}>{span(slot.from, slot.until, utc)}</a>
                ) : (
                  span(slot.from, slot.until, utc)
                )}
              </th>
              <td>{slot.runs ? count(slot.runs) : NOTHING}</td>
              <td>{slot.runs ? count(slot.failed) : NOTHING}</td>
              <td>{slot.rate === null ? NOTHING : percent(slot.rate)}</td>
              {series.map(({ name, values }) => (
                <td key={name}>{values[at] || NOTHING}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
