import { expect, it } from "vitest";
import { curl } from "./curl";

it("quotes what a shell would read, and leaves secrets to the environment", () => {
  const command = curl({
    method: "POST",
    url: "http://127.0.0.1:8000/agent-runs",
    headers: [
      ["Content-Type", "application/json"],
      ["X-Ingest-Secret", "hush"],
    ],
    body: `{"name": "it's $HOME"}`,
  });
  expect(command).toBe(
    `curl 'http://127.0.0.1:8000/agent-runs' -H 'Content-Type: application/json' -H "X-Ingest-Secret: $INGEST_SECRET" ` +
      `--data-raw '{"name": "it'\\''s $HOME"}'`,
  );
});

it("names a method that has no body, and does not buffer a stream", () => {
  expect(curl({ method: "POST", url: "http://a/b", headers: [] })).toBe("curl -X POST 'http://a/b'");
  const followed = curl({ method: "GET", url: "http://a/b", headers: [["Accept", "text/event-stream"]] });
  expect(followed).toBe("curl -N 'http://a/b' -H 'Accept: text/event-stream'");
});
