import { describe, expect, it } from "vitest";
import { curlOf } from "./curl";
import { asJira, asMarkdown } from "./ticket";

const TICKET = {
  jira_summary: "[RCA] helper: a *bold* claim",
  jira_description_md: [
    "- Run: run-1",
    "",
    "### What led where",
    '1. First \\{"a": 1\\} at https&#58;//x.test',
    "-- not a list, a \\<tag\\>",
    "````text",
    "{noformat} ```",
    "- verbatim",
    "````",
  ].join("\n"),
};

describe("a ticket", () => {
  it("is Markdown with the summary as its heading, which marks nothing up", () => {
    expect(asMarkdown(TICKET)).toMatch(/^# \\\[RCA\\\] helper: a \\\*bold\\\* claim\n\n- Run: run-1\n/);
  });

  it("is Jira's notation, in which a text cannot end its block", () => {
    expect(asJira(TICKET).split("\n")).toEqual([
      "* Run: run-1",
      "",
      "h3. What led where",
      '# First \\{"a": 1\\} at https&#58;//x.test',
      "\\-- not a list, a <tag>",
      "{noformat}",
      "{ noformat} ```",
      "- verbatim",
      "{noformat}",
      "",
    ]);
  });
});

describe("a command", () => {
  it("quotes what an id may hold, and never the secret", () => {
    expect(curlOf("/agent-runs/it's", "http://h", true)).toBe(
      `curl -sS -H "Authorization: Bearer $ACCESS_SECRET" 'http://h/agent-runs/it'\\''s'`,
    );
    expect(curlOf("/x", "http://h", false)).toBe("curl -sS 'http://h/x'");
  });
});
