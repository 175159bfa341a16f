import { reach, type Schemas } from "../../api/client";
import { errorOf } from "../../api/errors";

/** Store a run, with the stack's ingest secret where it has one. */
export async function store(run: string, ingestSecret: string): Promise<Schemas["Ingested"]> {
  const headers: Record<string, string> = { Accept: "application/json", "Content-Type": "application/json" };
  if (ingestSecret) headers["X-Ingest-Secret"] = ingestSecret;
  const response = await reach("/agent-runs", { method: "POST", headers, body: run });
  if (!response.ok) throw await errorOf(response);
  return (await response.json()) as Schemas["Ingested"];
}
