/** What the API will say of a run before it is sent: by the schema that the API itself serves. */
import { type OutputUnit, type Schema, Validator } from "@cfworker/json-schema";
import { findNodeAtLocation, type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";

export type Mistake = {
  /** Refused: no run can be made of it. Mended: kept in another form, and told. */
  severity: "refused" | "mended";
  where: string;
  what: string;
  line: number;
  column: number;
  /** In the text, for the editor to mark. */
  start: number;
  end: number;
};
export type Checked = { mistakes: Mistake[]; value: unknown };
export type OpenApi = { components: { schemas: Record<string, object> } };

const MOST = 50;
const PARSED = { disallowComments: true, allowTrailingComma: false };
// The others say only that one of these did.
const LEAVES = new Set([
  "type",
  "required",
  "enum",
  "const",
  "pattern",
  "format",
  "minimum",
  "maximum",
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
]);
/** Where the API takes nothing else than the schema says. */
const STRICT = /^#(\/(run_id|agent_name))?$/;

/** Return what reads a run by a schema; without one, by the grammar of JSON alone. */
export function checker(document: OpenApi | undefined, schema = "AgentRunBody"): (text: string) => Checked {
  const validator = document?.components.schemas[schema] && validatorOf(document, schema);
  return (text) => {
    const errors: ParseError[] = [];
    const tree = parseTree(text, errors, PARSED);
    const [first] = errors;
    if (first || !tree) return { mistakes: [broken(text, first)], value: undefined };
    const value: unknown = JSON.parse(text);
    const found = validator ? validator.validate(value).errors : [];
    return { mistakes: leaves(found).map((error) => mistake(text, tree, value, error)), value };
  };
}

function validatorOf(document: OpenApi, schema: string): Validator {
  const whole = { $ref: `#/components/schemas/${schema}`, components: document.components };
  return new Validator(whole as Schema, "2020-12", false);
}

function broken(text: string, error: ParseError | undefined): Mistake {
  const start = error?.offset ?? 0;
  const code = error ? printParseErrorCode(error.error) : "ValueExpected";
  const what = code.replace(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase();
  const length = Math.max(error?.length ?? 0, 1);
  return { severity: "refused", where: "JSON", what, ...placed(text, start, start + length) };
}

/** Return one error a place, those of "or null" left out. */
function leaves(errors: OutputUnit[]): OutputUnit[] {
  const places = new Map<string, OutputUnit>();
  for (const error of errors) {
    if (!LEAVES.has(error.keyword) || error.error.endsWith('Expected "null".')) continue;
    const place = `${error.instanceLocation} ${error.keyword === "required" ? error.error : ""}`;
    if (!places.has(place)) places.set(place, error);
  }
  return [...places.values()].slice(0, MOST);
}

function mistake(text: string, tree: Node, value: unknown, error: OutputUnit): Mistake {
  const steps = stepsOf(error.instanceLocation);
  const node = locate(tree, value, steps);
  // A whole object that lacks a field is marked by its brace.
  const end = error.keyword === "required" ? node.offset + 1 : node.offset + node.length;
  return {
    severity: STRICT.test(error.instanceLocation) || error.keyword === "maxItems" ? "refused" : "mended",
    where:
      steps
        .map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${step}`))
        .join("")
        .replace(/^\./, "") || "the run",
    what: wording(error),
    ...placed(text, node.offset, end),
  };
}

/** Return the node at a place, or the nearest around it. */
function locate(tree: Node, value: unknown, steps: string[]): Node {
  let at: unknown = value;
  const path = steps.map((step) => {
    const key = Array.isArray(at) ? Number(step) : step;
    at = at && typeof at === "object" ? (at as Record<string, unknown>)[step] : undefined;
    return key;
  });
  for (let length = path.length; length > 0; length -= 1) {
    const node = findNodeAtLocation(tree, path.slice(0, length));
    if (node) return node;
  }
  return tree;
}

function stepsOf(pointer: string): string[] {
  const parts = decodeURIComponent(pointer).split("/").slice(1);
  return parts.map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

const WORDS: Partial<Record<string, string>> = {
  enum: "no word that is known here",
  pattern: "holds other characters than A-Z, a-z, 0-9 and . _ : -, or over 128",
  format: "no date and time such as 2026-01-15T10:30:00Z",
  minLength: "is empty",
  maxLength: "is too long",
  maxItems: "holds too many",
};

function wording(error: OutputUnit): string {
  const quoted = [...error.error.matchAll(/"([^"]*)"/g)].map((match) => match[1]);
  if (error.keyword === "required") return `lacks ${quoted[0]}`;
  if (error.keyword === "type") return `is ${articled(quoted[0])}, not ${articled(quoted[1])}`;
  return WORDS[error.keyword] ?? error.error.replace(/\.$/, "");
}

function articled(type = "another type"): string {
  if (type === "null" || type === "another type") return type;
  return `${/^[aeio]/.test(type) ? "an" : "a"} ${type === "string" ? "text" : type}`.replace("a text", "a text");
}

function placed(text: string, start: number, end: number): Pick<Mistake, "line" | "column" | "start" | "end"> {
  const before = text.slice(0, start);
  return { line: before.split("\n").length, column: start - before.lastIndexOf("\n"), start, end };
}
