import { originOf, setBase, setSecret, target, typed } from "./target";

/** Which stack to speak to, and its secrets. */
export function TargetFields() {
  const now = target.value;
  const wrong = originOf(typed.value) === undefined;
  return (
    <fieldset class="target">
      <legend class="unseen">Where to</legend>
      <label>
        <span>API</span>
        <input
          type="url"
          class="mono"
          placeholder={location.origin}
          value={typed.value}
          spellcheck={false}
          autocomplete="off"
          aria-invalid={wrong}
          onInput={(event) => setBase(event.currentTarget.value)}
        />
      </label>
      {(["access", "ingest"] as const).map((kind) => (
        <label key={kind}>
          <span>{kind === "access" ? "Access secret" : "Ingest secret"}</span>
          <input
            type="password"
            placeholder="None"
            autocomplete="off"
            value={now?.[kind] ?? ""}
            disabled={!now}
            onInput={(event) => now && setSecret(kind, now.origin, event.currentTarget.value)}
          />
        </label>
      ))}
      <p class="dim">
        {wrong ? "That is no address: it begins with http:// or https://." : "Kept in this tab, and forgotten with it."}
      </p>
    </fieldset>
  );
}
