import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { activeKeys } from "./keys";

export const helpShown = signal(false);

/** The keys that work here. */
export function Help() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      class="help"
      aria-label="Keys"
      onClose={() => {
        helpShown.value = false;
      }}
      onClick={(event) => event.target === event.currentTarget && event.currentTarget.close()}
    >
      <h2>Keys</h2>
      <dl>
        {activeKeys.value.map((key) => (
          <div key={key.keys}>
            <dt>
              {key.keys.split(" ").map((each) => (
                <kbd key={each}>{each}</kbd>
              ))}
            </dt>
            <dd>{key.does}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  );
}
