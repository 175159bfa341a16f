import { describe, expect, it } from "vitest";
import { near, pieces, rangeOf } from "./marks";

const shown = (text: string, ...ranges: [number, number][]) =>
  pieces(
    text,
    ranges.map(([start, end]) => ({ start, end })),
  )
    .map((piece) => (piece.marked ? `[${piece.text}]` : piece.text))
    .join("");

describe("marks", () => {
  it("stand on the characters that the API counts", () => {
    expect(shown("Missing field: 'id'", [0, 7], [15, 19])).toBe("[Missing] field: ['id']");
  });

  it("count a character beyond the basic plane as one, as Python does", () => {
    // Python: "🙈🙉 no 𝒙 here".index("no") is 3, and of "𝒙" 6.
    expect(shown("🙈🙉 no 𝒙 here", [3, 5], [6, 7])).toBe("🙈🙉 [no] [𝒙] here");
    // A family is seven code points: it may be cut, and is counted all the same.
    expect(shown("👨‍👩‍👧‍👦 gone", [8, 12])).toBe("👨‍👩‍👧‍👦 [gone]");
    expect(shown("\ud83d lone half", [1, 6])).toBe("\ud83d[ lone] half");
  });

  it("run together where they overlap, whatever their order", () => {
    expect(shown("abcdefgh", [4, 6], [1, 3], [2, 5])).toBe("a[bcdef]gh");
  });

  it("beyond the text mark nothing", () => {
    expect(shown("abc", [1, 99])).toBe("a[bc]");
    expect(shown("abc", [7, 9])).toBe("abc");
    expect(shown("", [0, 1])).toBe("");
  });

  it("find a quotation in code points", () => {
    expect(rangeOf("🙈 not found", "not found")).toEqual({ start: 2, end: 11 });
    expect(rangeOf("abc", "x")).toBeNull();
    expect(rangeOf("abc", "")).toBeNull();
  });
});

describe("a long text", () => {
  it("is shown around its first mark", () => {
    const text = `${"a".repeat(500)}HERE${"b".repeat(500)}`;
    const { before, pieces: kept, after } = near(pieces(text, [{ start: 500, end: 504 }]), 100, 20);
    expect(before).toBe(480);
    expect(kept.find((piece) => piece.marked)?.text).toBe("HERE");
    expect(kept.reduce((sum, piece) => sum + piece.text.length, 0)).toBe(100);
    expect(before + 100 + after).toBe(text.length);
  });

  it("without a mark is shown from its start, a short one whole", () => {
    expect(near([{ text: "a".repeat(300), marked: false }], 100, 20)).toMatchObject({ before: 0, after: 200 });
    expect(near([{ text: "abc", marked: false }], 100, 20)).toMatchObject({ before: 0, after: 0 });
  });
});
