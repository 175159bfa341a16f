import { signal } from "@preact/signals";

const media = matchMedia("(max-width: 720px)");

/** Whether the page is as narrow as a phone's. */
export const narrow = signal(media.matches);
media.addEventListener("change", () => {
  narrow.value = media.matches;
});
