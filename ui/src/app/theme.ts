/** Light or dark: the system's, unless the viewer chose. */
import { signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";
const NEXT: Record<Theme, Theme> = { system: "light", light: "dark", dark: "system" };

export const theme = signal<Theme>((document.documentElement.dataset.theme as Theme | undefined) ?? "system");

/** Go on to the next theme, and keep it for the next visit. */
export function switchTheme(): void {
  theme.value = NEXT[theme.value];
  const root = document.documentElement;
  try {
    if (theme.value === "system") localStorage.removeItem("theme");
    else localStorage.setItem("theme", theme.value);
  } catch {
    // It holds until the page is left.
  }
  if (theme.value === "system") delete root.dataset.theme;
  else root.dataset.theme = theme.value;
}
