/** How to send a run, for each way of doing so; `closed` adds where the stack's ingest secret goes. */
export type Snippet = { value: string; title: string; code: string; note: string };

const RUN = `{
  "agent_name": "my-agent", "agent_version": "1.0.0", "status": "failure",
  "tool_calls": [{
    "call_id": "call-1", "tool_name": "order_lookup", "status": "failure", "status_code": 422,
    "args_json": {"order": "12345"}, "error_message": "Missing required field: 'customer_id'"
  }]
}`;

/** Return the snippets for a stack at an origin. The first is shown unless the address says otherwise. */
export function snippets(origin: string, closed: boolean): Snippet[] {
  return [
    {
      value: "curl",
      title: "curl",
      code: [
        `curl ${origin}/agent-runs \\`,
        ...(closed ? [`  -H "X-Ingest-Secret: $INGEST_SECRET" \\`] : []),
        `  -H 'Content-Type: application/json' -d @- <<'RUN'`,
        RUN,
        "RUN",
      ].join("\n"),
      note: "Only agent_name has to be there. Send the same run_id again whenever you know more.",
    },
    {
      value: "python",
      title: "Python",
      code: [
        ...(closed ? ["import os", ""] : []),
        "import requests",
        "",
        `run = ${RUN}`,
        "requests.post(",
        `    "${origin}/agent-runs",`,
        "    json=run,",
        ...(closed ? [`    headers={"X-Ingest-Secret": os.environ["INGEST_SECRET"]},`] : []),
        "    timeout=10,",
        ").raise_for_status()",
      ].join("\n"),
      note: "For any program: one request when the run ends.",
    },
    {
      value: "client",
      title: "smart-sre",
      code: [
        "# pip install ./clients/python, and in the environment:",
        `# SMART_SRE_URL=${origin}`,
        ...(closed ? ["# SMART_SRE_SECRET=…"] : []),
        "import smart_sre as sre",
        "",
        'with sre.run("my-agent") as run:',
        '    with run.tool("order_lookup", args={"order": 7}) as call:',
        "        call.result(look_up(7))",
      ].join("\n"),
      note: "Records steps, tools and errors as they happen. It never raises into your code.",
    },
    {
      value: "otel",
      title: "OpenTelemetry",
      code: [
        `export OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=${origin}/v1/traces`,
        "export OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=http/protobuf",
        ...(closed ? ['export OTEL_EXPORTER_OTLP_TRACES_HEADERS="X-Ingest-Secret=$INGEST_SECRET"'] : []),
        "export OTEL_SERVICE_NAME=my-agent",
      ].join("\n"),
      note: "For frameworks that trace themselves: LangChain, LlamaIndex, OpenAI Agents, Pydantic AI and others.",
    },
  ];
}
