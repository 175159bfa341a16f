import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { connection } from "../api/client";
import { forget, secret } from "../api/secret";
import { Empty } from "../parts/Empty";
import { ErrorNote } from "../parts/ErrorNote";
import { Skeleton } from "../parts/Skeleton";
import { Help, helpShown } from "./Help";
import { addKeys } from "./keys";
import { PLACES, type Place, SECTIONS, type ViewProps } from "./places";
import { go, link, match, path } from "./router";
import { switchTheme, theme } from "./theme";
import { Toasts } from "./toasts";

const THEMES = { system: "System theme", light: "Light", dark: "Dark" };

export function App() {
  useEffect(
    () =>
      addKeys([
        { keys: "?", does: "show or hide the keys", run: () => (helpShown.value = !helpShown.value) },
        ...SECTIONS.map(({ place, title, key }) => ({
          keys: `g ${key}`,
          does: `go to ${title.toLowerCase()}`,
          run: () => go(link(place)),
        })),
      ]),
    [],
  );
  const found = PLACES.map((place) => ({ place, params: match(place.pattern, path.value) })).find(
    (each) => each.params,
  );
  return (
    <div class="shell">
      <a class="skip" href="#main">
        Skip to content
      </a>
      <Navigation section={found?.place.section} />
      <main id="main" tabIndex={-1}>
        {found?.params ? (
          <View key={path.value} place={found.place} params={found.params} />
        ) : (
          <Empty title="There is no such place" whole>
            <a href={link("/")}>Go to the overview</a>
          </Empty>
        )}
      </main>
      <Toasts />
      {helpShown.value && <Help />}
    </div>
  );
}

function Navigation({ section }: { section: string | undefined }) {
  return (
    <nav class="nav" aria-label="Places">
      <a class="nav-brand" href={link("/")}>
        <img src="/ui/icon.svg" alt="" width="20" height="20" />
        <span>Smart SRE</span>
      </a>
      <div class="nav-places">
        {SECTIONS.map(({ place, title, key }) => (
          <a key={place} class="nav-place" href={link(place)} aria-current={section === place ? "page" : undefined}>
            <span>{title}</span>
            <kbd>g {key}</kbd>
          </a>
        ))}
      </div>
      <div class="nav-foot">
        {connection.value === "lost" && <span class="nav-lost">No connection. Trying again.</span>}
        {secret.value && (
          <button type="button" class="quiet" onClick={forget}>
            Forget the secret
          </button>
        )}
        <button type="button" class="quiet" onClick={switchTheme} title="Switch the theme">
          {THEMES[theme.value]}
        </button>
        <button type="button" class="quiet nav-help" onClick={() => (helpShown.value = true)}>
          Keys <kbd>?</kbd>
        </button>
      </div>
    </nav>
  );
}

type Loaded = { View: ComponentType<ViewProps> } | { error: unknown };
const views = signal(new Map<string, Loaded>());

function View({ place, params }: { place: Place; params: Record<string, string> }) {
  const loaded = views.value.get(place.pattern);
  useEffect(() => {
    document.title = `${[place.title, ...Object.values(params)].join(" ")} · Smart SRE`;
    if (loaded) return;
    const keep = (found: Loaded) => {
      views.value = new Map(views.value).set(place.pattern, found);
    };
    place.load().then(
      (view) => keep({ View: view.default }),
      (error: unknown) => keep({ error }),
    );
  }, []);
  if (!loaded) return <Skeleton lines={8} />;
  if ("error" in loaded) return <ErrorNote error={loaded.error} retry={() => location.reload()} />;
  return <loaded.View params={params} />;
}
