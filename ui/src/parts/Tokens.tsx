import { useRef, useState } from "preact/hooks";
import { useKeys } from "../app/keys";
import { query, setQuery } from "../app/router";

export type Filter = { name: string; title: string; values?: readonly string[] };

/** Filters as tokens, held in the address: typed as `agent:billing`, taken away with their cross or Backspace. */
export function Tokens({ filters }: { filters: readonly Filter[] }) {
  const input = useRef<HTMLInputElement>(null);
  const [wrong, setWrong] = useState("");
  useKeys([{ keys: "/", does: "filter", run: () => input.current?.focus() }]);
  const set = filters.filter((filter) => query.value.get(filter.name));
  const add = (text: string) => {
    const [title, ...rest] = text.split(":");
    const value = rest.join(":").trim();
    const filter = filters.find((each) => each.title === title?.trim().toLowerCase());
    if (!filter || !value) return setWrong(`Write it as ${filters.map((each) => `${each.title}:…`).join(", ")}`);
    if (filter.values && !filter.values.includes(value))
      return setWrong(`${filter.title}: ${filter.values.join(", ")}`);
    setWrong("");
    if (input.current) input.current.value = "";
    setQuery({ [filter.name]: value });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const field = event.currentTarget as HTMLInputElement;
    const last = set.at(-1);
    if (event.key === "Enter" && field.value.trim()) add(field.value);
    else if (event.key === "Backspace" && !field.value && last) setQuery({ [last.name]: null });
    else if (event.key === "Escape") field.blur();
  };
  return (
    <search class="tokens">
      {set.map(({ name, title }) => (
        <span class="token" key={name}>
          <span>{title}</span>
          {query.value.get(name)}
          <button type="button" aria-label={`Remove ${title}`} onClick={() => setQuery({ [name]: null })}>
            ×
          </button>
        </span>
      ))}
      <input
        ref={input}
        list="tokens"
        placeholder={set.length ? "" : `Filter by ${filters.map((each) => each.title).join(", ")}`}
        aria-label="Filter"
        aria-invalid={wrong ? "true" : undefined}
        onKeyDown={onKeyDown}
        onChange={(event) => event.currentTarget.value.trim() && add(event.currentTarget.value)}
      />
      <datalist id="tokens">
        {filters.flatMap(({ title, values }) =>
          (values ?? [""]).map((value) => <option key={title + value} value={`${title}:${value}`} />),
        )}
      </datalist>
      {wrong && (
        <span class="tokens-wrong" role="alert">
          {wrong}
        </span>
      )}
    </search>
  );
}
