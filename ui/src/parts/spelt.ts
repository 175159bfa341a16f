const TURNING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Spell out what would turn the direction of the text around it: it could make a text read as another one. */
export function spelt(text: string): string {
  return text.replace(TURNING, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
