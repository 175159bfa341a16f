import { link, path, query, type State } from "../app/router";

type Props = { name: string; label: string; tabs: { value: string; title: string }[]; also?: State };

/** A choice held in the address; the first one is meant when it names none. `also` is changed with it. */
export function Tabs({ name, label, tabs, also = {} }: Props) {
  const chosen = query.value.get(name) ?? tabs[0]?.value;
  const state = Object.fromEntries(query.value);
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map(({ value, title }, index) => (
        <a
          key={value}
          href={link(path.value, { ...state, ...also, [name]: index ? value : null })}
          aria-current={value === chosen ? "true" : undefined}
        >
          {title}
        </a>
      ))}
    </nav>
  );
}
