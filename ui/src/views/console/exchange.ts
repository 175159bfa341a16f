import { errorOf } from "../../api/errors";

/** A request and its answer, as the log shows them. */
export type Exchange = {
  id: string;
  method: string;
  to: string;
  status: number;
  ms: number;
  answer: unknown;
  error?: unknown;
};

type Reach = (to: string, init: RequestInit) => Promise<Response>;

/** Send a request and say how it went; it never throws. */
export async function send(
  reach: Reach,
  method: string,
  to: string,
  headers: Record<string, string>,
  body?: string,
): Promise<Exchange> {
  const began = performance.now();
  const said = { id: `${method} ${to} ${began}`, method, to };
  const ms = () => performance.now() - began;
  try {
    const init = { method, headers: { Accept: "application/json", ...headers }, ...(body !== undefined && { body }) };
    const response = await reach(to, init);
    const { status } = response;
    if (!response.ok) {
      const error = await errorOf(response);
      return { ...said, status, ms: ms(), answer: error.problem, error };
    }
    return { ...said, status, ms: ms(), answer: await response.json() };
  } catch (error) {
    return { ...said, status: 0, ms: ms(), answer: null, error };
  }
}
