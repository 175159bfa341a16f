/** Requests to the API, typed by its own description. */
import { signal } from "@preact/signals";
import { ApiError, errorOf } from "./errors";
import type { components, paths } from "./schema";
import { secret } from "./secret";

export type Schemas = components["schemas"];

export type Method = "get" | "post" | "patch" | "delete";
type PathsWith<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, { responses: unknown }> ? P : never;
}[keyof paths];
type Operation<M extends Method, P extends PathsWith<M>> = paths[P] extends Record<M, infer O> ? O : never;
type Json<R> = R extends { content: { "application/json": infer J } } ? J : undefined;
export type Answer<M extends Method, P extends PathsWith<M>> =
  Operation<M, P> extends { responses: infer R } ? (R extends { 200: infer Ok } ? Json<Ok> : undefined) : never;
type Parameters<M extends Method, P extends PathsWith<M>> = Operation<M, P> extends { parameters: infer A } ? A : never;
type PathOf<A> = A extends { path: infer Q } ? { path: Q } : { path?: never };
type QueryOf<A> = A extends { query?: infer Q } ? { query?: Partial<NonNullable<Q>> } : { query?: never };
type BodyOf<O> = O extends { requestBody: { content: { "application/json": infer B } } }
  ? { body: B }
  : { body?: never };
export type Options<M extends Method, P extends PathsWith<M>> = PathOf<Parameters<M, P>> &
  QueryOf<Parameters<M, P>> &
  BodyOf<Operation<M, P>> & { signal?: AbortSignal };

/** Whether the last request reached the API at all. */
export const connection = signal<"up" | "lost">("up");

type Given = { path?: object; query?: object; body?: unknown; signal?: AbortSignal };

/** Ask the API: `request("get", "/agent-runs/{run_id}", { path: { run_id } })`; an `ApiError` says what went wrong. */
export async function request<M extends Method, P extends PathsWith<M>>(
  method: M,
  path: P,
  options: Options<M, P>,
): Promise<Answer<M, P>> {
  const given = options as Given;
  const headers = new Headers({ Accept: "application/json" });
  if (secret.peek()) headers.set("Authorization", `Bearer ${secret.peek()}`);
  if (given.body !== undefined) headers.set("Content-Type", "application/json");
  const response = await reach(address(path, given.path, given.query), {
    method: method.toUpperCase(),
    headers,
    cache: "no-store",
    ...(given.body !== undefined && { body: JSON.stringify(given.body) }),
    ...(given.signal && { signal: given.signal }),
  });
  if (!response.ok) throw await errorOf(response);
  const text = await response.text();
  return (text ? JSON.parse(text) : undefined) as Answer<M, P>;
}

/** Read from the API. */
export function get<P extends PathsWith<"get">>(path: P, options: Options<"get", P>): Promise<Answer<"get", P>> {
  return request("get", path, options);
}

/** Return the address of a route with its parameters; those without a value are left out. */
export function address(path: string, parameters: object = {}, query: object = {}): string {
  const values = new Map(Object.entries(parameters));
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values.get(name))));
  const kept = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const text = new URLSearchParams(kept.map(([name, value]) => [name, String(value)])).toString();
  return text ? `${filled}?${text}` : filled;
}

/** Fetch, and tell of the connection: the browser gives no reason when there is none. */
export async function reach(to: string, init: RequestInit): Promise<Response> {
  try {
    const response = await fetch(to, init);
    connection.value = "up";
    return response;
  } catch (error) {
    if (init.signal?.aborted) throw error;
    connection.value = "lost";
    throw new ApiError(0, {});
  }
}
