import { signal } from "@preact/signals";

const SHOWN_MS = 5000;
type Toast = { id: number; text: string };
const toasts = signal<Toast[]>([]);
let last = 0;

/** Say something in passing: that a thing was copied, resolved, refused. */
export function say(text: string): void {
  last += 1;
  const id = last;
  toasts.value = [...toasts.value, { id, text }];
  setTimeout(() => {
    toasts.value = toasts.value.filter((toast) => toast.id !== id);
  }, SHOWN_MS);
}

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map((toast) => (
        <div class="toast" key={toast.id}>
          {toast.text}
        </div>
      ))}
    </div>
  );
}
