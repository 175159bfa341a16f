/** The viewer's secret, kept for as long as the tab is open and nowhere else. */
import { signal } from "@preact/signals";

const NAME = "access-secret";

function stored(): string {
  try {
    return sessionStorage.getItem(NAME) ?? "";
  } catch {
    return "";
  }
}

export const secret = signal(stored());

/** Send a secret with every request from now on. */
export function remember(given: string): void {
  try {
    sessionStorage.setItem(NAME, given);
  } catch {
    // It holds until the page is left.
  }
  secret.value = given;
}

/** Send no secret any more. */
export function forget(): void {
  try {
    sessionStorage.removeItem(NAME);
  } catch {
    // There was none.
  }
  secret.value = "";
}
