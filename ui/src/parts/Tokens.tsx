import "./tokens.css";
import { useRef, useState } from "preact/hooks";
import { useKeys } from "../app/keys";
import { go, query, setQuery } from "../app/router";
import { type Filter, meant, type Suggestion, split, suggest } from "./suggest";

type Props = {
  filters: readonly Filter[];
  placeholder: string;
  /** What else a text without a colon may mean: a search, an id to go to. */
  others?: (text: string) => Suggestion[];
};

/** Filters as tokens, held in the address: typed or chosen, taken away with their cross or Backspace. */
export function Tokens({ filters, placeholder, others }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState("");
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState(-1);
  const [wrong, setWrong] = useState("");
  useKeys([{ keys: "/", does: "filter or search", run: () => input.current?.focus() }]);
  const set = filters.filter((filter) => query.value.get(filter.name));
  const text = typed.trim();
  const found = suggest(filters, typed, (name) => query.value.has(name));
  const list = text && !split(filters, typed) ? [...found, ...(others?.(text) ?? [])] : found;
  const at = chosen < 0 && text ? 0 : Math.min(chosen, list.length - 1);
  const type = (value: string) => {
    setTyped(value);
    setChosen(-1);
    setWrong("");
    setOpen(true);
  };
  const apply = (suggestion: Suggestion) => {
    if ("fill" in suggestion) return type(suggestion.fill);
    type("");
    setOpen(false);
    if ("to" in suggestion) go(suggestion.to);
    else setQuery(suggestion.set);
  };
  const enter = () => {
    const suggestion = list[at];
    if (suggestion) return apply(suggestion);
    const about = split(filters, typed);
    const value = about && meant(about.filter, about.text);
    if (about && value !== undefined) apply({ key: "", label: "", detail: "", set: { [about.filter.name]: value } });
    else if (text)
      setWrong(about ? `No ${about.filter.title} is written like that.` : "No filter is written like that.");
  };
  const edit = ({ name, title }: Filter) => {
    setQuery({ [name]: null });
    type(`${title}:`);
    input.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const last = set.at(-1);
    if (event.key === "ArrowDown") setChosen(Math.min(at + 1, list.length - 1));
    else if (event.key === "ArrowUp") setChosen(Math.max(at - 1, 0));
    else if (event.key === "Enter") enter();
    else if (event.key === "Tab" && text && list[at]) apply(list[at]);
    else if (event.key === "Backspace" && !typed && last) setQuery({ [last.name]: null });
    else if (event.key === "Escape" && open) setOpen(false);
    else if (event.key === "Escape") input.current?.blur();
    else return;
    if (event.key.startsWith("Arrow")) setOpen(true);
    if (event.key !== "Backspace") event.preventDefault();
  };
  const shown = open && list.length > 0;
  return (
    <search class="tokens">
      {set.map((filter) => {
        const value = query.value.get(filter.name) ?? "";
        const known = filter.values?.find((each) => each.value === value)?.title;
        return (
          <span class="token" key={filter.name}>
            <button type="button" class="token-text" title={`Change ${filter.title}`} onClick={() => edit(filter)}>
              <span>{filter.title}</span> {known ?? filter.show?.(value) ?? value}
            </button>
            <button
              type="button"
              class="token-cross"
              aria-label={`Remove ${filter.title}`}
              onClick={() => setQuery({ [filter.name]: null })}
            >
              ×
            </button>
          </span>
        );
      })}
      <div class="tokens-field">
        <input
          ref={input}
          value={typed}
          placeholder={set.length ? "" : placeholder}
          autocomplete="off"
          spellcheck={false}
          role="combobox"
          aria-label="Filter or search"
          aria-expanded={shown}
          aria-controls="tokens-list"
          aria-autocomplete="list"
          aria-activedescendant={shown && at >= 0 ? `tokens-${at}` : undefined}
          aria-invalid={wrong ? "true" : undefined}
          onFocus={() => setOpen(true)}
          onBlur={() => setOpen(false)}
          onInput={(event) => type(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        <div id="tokens-list" class="tokens-list" role="listbox" aria-label="Suggestions" hidden={!shown}>
          {list.map((suggestion, index) => (
            <div
              key={suggestion.key}
              id={`tokens-${index}`}
              role="option"
              aria-selected={index === at}
              // Before the field loses the focus.
              onMouseDown={(event) => {
                event.preventDefault();
                apply(suggestion);
              }}
            >
              <span>{suggestion.label}</span>
              <span class="dim number">{suggestion.detail}</span>
            </div>
          ))}
        </div>
      </div>
      {set.length > 1 && (
        <button
          type="button"
          class="quiet"
          onClick={() => setQuery(Object.fromEntries(set.map(({ name }) => [name, null])))}
        >
          Clear
        </button>
      )}
      {wrong && (
        <span class="tokens-wrong" role="alert">
          {wrong}
        </span>
      )}
    </search>
  );
}
