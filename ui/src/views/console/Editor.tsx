import { useLayoutEffect, useRef } from "preact/hooks";
import { plural, short } from "../../parts/format";
import type { Checked, Mistake } from "./check";

type Props = {
  label: string;
  text: string;
  onText: (text: string) => void;
  /** What is known of the text; nothing while it is being read. */
  checked: Checked | undefined;
  onSend: () => void;
};

/** JSON to write, with what the API will say of it. */
export function Editor({ label, text, onText, checked, onSend }: Props) {
  const area = useRef<HTMLTextAreaElement>(null);
  const gutter = useRef<HTMLPreElement>(null);
  const lines = text.split("\n").length;
  const scroll = () => {
    if (gutter.current && area.current) gutter.current.scrollTop = area.current.scrollTop;
  };
  useLayoutEffect(scroll);
  const show = ({ line, start, end }: Mistake) => {
    const field = area.current;
    if (!field) return;
    field.focus();
    field.setSelectionRange(start, end);
    const height = Number.parseFloat(getComputedStyle(field).lineHeight);
    field.scrollTop = Math.max(0, (line - 4) * height);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) onSend();
  };
  return (
    <div class="editor">
      <div class="editor-field">
        <pre ref={gutter} aria-hidden="true">
          {Array.from({ length: lines }, (_, index) => index + 1).join("\n")}
        </pre>
        <textarea
          ref={area}
          class="mono"
          wrap="off"
          spellcheck={false}
          autocomplete="off"
          aria-label={label}
          aria-describedby="editor-said"
          aria-invalid={checked?.mistakes.some((each) => each.severity === "refused")}
          value={text}
          onScroll={scroll}
          onKeyDown={onKeyDown}
          onInput={(event) => onText(event.currentTarget.value)}
        />
      </div>
      <div class="editor-said" id="editor-said">
        <p role="status">{summary(text, checked)}</p>
        {checked && checked.mistakes.length > 0 && (
          <ul aria-label="What is out of form">
            {checked.mistakes.map((mistake) => (
              <li key={`${mistake.start} ${mistake.where} ${mistake.what}`}>
                <button type="button" class="mistake" data-severity={mistake.severity} onClick={() => show(mistake)}>
                  <i aria-hidden="true" />
                  <span class="number">
                    {mistake.line}:{mistake.column}
                  </span>
                  <span>
                    <code>{mistake.where}</code> {mistake.what}
                    {mistake.severity === "mended" && <span class="dim">: mended, and told</span>}
                  </span>
                </button>
              </li>
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}

function summary(text: string, checked: Checked | undefined): string {
  if (!checked) return "";
  const refused = checked.mistakes.filter((each) => each.severity === "refused").length;
  const mended = checked.mistakes.length - refused;
  if (refused) return `${plural(refused, "mistake")} that the API refuses`;
  const size = `${short(new Blob([text]).size)} bytes`;
  return mended ? `${plural(mended, "value")} out of form, ${size}` : `In form, ${size}`;
}
