import { say } from "../app/toasts";

/** Copy a text. */
export function CopyButton({ text, label = "Copy" }: { text: string; label?: string }) {
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => say("Copied."),
      () => say("The browser does not let this page copy."),
    );
  return (
    <button type="button" class="quiet" onClick={copy}>
      {label}
    </button>
  );
}
