import { expect, test } from "vitest";
import { spelt } from "./spelt";

test("what would turn a text around is spelt out", () => {
  expect(spelt("a\u202egnp.exe\u2066 \u05d0")).toBe("a\\u202egnp.exe\\u2066 \u05d0");
});
