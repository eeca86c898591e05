import type { z } from "zod";
import { RequestProblem } from "#server/protocol/problem";

type Issue = z.core.$ZodIssue;

/**
 * The value read by a schema. Throws RequestProblem for the first fault, naming its path and what is allowed there,
 * in the words and with the codes of OpenAI's API.
 */
export function validate<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw toProblem(parsed.error);
}

/** {@link validate} for a part of the request, such as a tool. `place`: where the part stands, e.g. `tools[0]`. */
export function validateAt<S extends z.ZodType>(schema: S, value: unknown, place: string): z.output<S> {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw placedAt(toProblem(parsed.error), place);
}

/** The fault of a part of the request as one of the request. */
function placedAt({ code, message, param, wireCode }: RequestProblem, place: string): RequestProblem {
  const path = param === null || param === "" ? place : `${place}.${param}`;
  const words = param === null || param === "" ? message : message.replace(`'${param}'`, () => `'${path}'`);
  return new RequestProblem(code, words, { param: path, wireCode });
}

/** The fault that a client should hear of first. */
function toProblem(error: z.ZodError | z.core.$ZodError): RequestProblem {
  const first = error.issues[0];
  if (!first) return new RequestProblem("invalid_request", "The request is not valid.");
  return describe(deepest(first));
}

/** Through every union down the branch that failed deepest: the one the client meant. Its path is made absolute. */
function deepest(issue: Issue): Issue {
  if (issue.code === "invalid_key") {
    const inner = issue.issues[0];
    return inner ? { ...inner, path: issue.path } : issue;
  }
  if (issue.code !== "invalid_union" || issue.errors.length === 0) return issue;
  const candidates = issue.errors.flatMap((branch) => (branch[0] ? [deepest(branch[0])] : []));
  const best = candidates.reduce((a, b) => (isNearer(b, a) ? b : a), candidates[0] ?? issue);
  if (best.path.length === 0 && candidates.every((candidate) => candidate.code === "invalid_type")) {
    return issue;
  }
  return { ...best, path: [...issue.path, ...best.path] };
}

/** True when `a` comes from a branch that fits the value better: it failed deeper, or by more than its type. */
function isNearer(a: Issue, b: Issue): boolean {
  if (a.path.length !== b.path.length) return a.path.length > b.path.length;
  return b.code === "invalid_type" && a.code !== "invalid_type";
}

/** `["tools", 0, "name"]` as `tools[0].name`. */
export function pathOf(path: readonly PropertyKey[]): string {
  let text = "";
  for (const key of path) text += typeof key === "number" ? `[${key}]` : `${text === "" ? "" : "."}${String(key)}`;
  return text;
}

function describe(issue: Issue): RequestProblem {
  const param = pathOf(issue.path);
  if (isMissing(issue)) {
    return new RequestProblem("missing_required_parameter", `Missing required parameter: '${param}'.`, { param });
  }
  switch (issue.code) {
    case "invalid_type":
      return wrongType(param, `expected ${TYPE_NAMES[issue.expected] ?? issue.expected}`, issue.input);
    case "invalid_union":
      return issue.errors.length === 0 ? unknownValue(param, issue) : wrongType(param, expectedOf(issue), issue.input);
    case "invalid_value":
      return unsupported(param, issue.input, issue.values.map(String));
    case "too_small":
    case "too_big":
      return outOfBounds(param, issue);
    case "invalid_format":
      return new RequestProblem("invalid_value", formatMessage(param, issue), { param });
    case "unrecognized_keys": {
      const key = [param, issue.keys[0]].filter(Boolean).join(".");
      return new RequestProblem("invalid_value", `Unknown parameter: '${key}'.`, {
        param: key,
        wireCode: "unknown_parameter",
      });
    }
    default:
      return new RequestProblem("invalid_value", `Invalid '${param}': ${issue.message}.`, { param });
  }
}

function isMissing(issue: Issue): boolean {
  if (issue.code === "invalid_union" && issue.errors.length === 0) {
    const holder = issue.input;
    const key = issue.path.at(-1);
    return typeof holder === "object" && holder !== null && key !== undefined && Reflect.get(holder, key) === undefined;
  }
  const typed = issue.code === "invalid_type" || issue.code === "invalid_value" || issue.code === "invalid_union";
  return typed && issue.input === undefined && issue.path.length > 0;
}

const TYPE_NAMES: Record<string, string> = {
  int: "an integer",
  number: "a decimal",
  string: "a string",
  boolean: "a boolean",
  array: "an array",
  object: "an object",
  record: "an object",
  null: "null",
};

function expectedOf(issue: Extract<Issue, { code: "invalid_union" }>): string {
  const names = issue.errors.flatMap((branch) => {
    const first = branch[0];
    return first?.code === "invalid_type" ? [TYPE_NAMES[first.expected] ?? first.expected] : [];
  });
  return `expected one of ${listed(
    [...new Set(names)].map((name) => name.replace("an array", "an array of objects")),
    "or",
  )}`;
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "number") return Number.isInteger(value) ? "an integer" : "a decimal";
  return TYPE_NAMES[typeof value] ?? typeof value;
}

function wrongType(param: string, expected: string, input: unknown): RequestProblem {
  const place = param === "" ? "the request body" : `'${param}'`;
  return new RequestProblem(
    "invalid_type",
    `Invalid type for ${place}: ${expected}, but got ${typeOf(input)} instead.`,
    {
      ...(param === "" ? {} : { param }),
    },
  );
}

function unknownValue(param: string, issue: Extract<Issue, { code: "invalid_union" }>): RequestProblem {
  const key = issue.path.at(-1);
  const holder = issue.input;
  const value = typeof holder === "object" && holder !== null && key !== undefined ? Reflect.get(holder, key) : holder;
  const options = "options" in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];
  return unsupported(param, value, options);
}

function unsupported(param: string, value: unknown, allowed: string[]): RequestProblem {
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") {
    return wrongType(
      param,
      `expected one of ${listed(
        allowed.map((option) => `'${option}'`),
        "or",
      )}`,
      value,
    );
  }
  const message = `Invalid value: '${value}'. Supported values are: ${listed(
    allowed.map((option) => `'${option}'`),
    "and",
  )}.`;
  return /^tools\[\d+\]\.type$/.test(param)
    ? new RequestProblem("unknown_tool_type", message, { param, wireCode: "invalid_value" })
    : new RequestProblem("invalid_value", message, { param });
}

function formatMessage(param: string, issue: Extract<Issue, { code: "invalid_format" }>): string {
  const pattern = issue.pattern?.replace(/^\/|\/[a-z]*$/g, "");
  return pattern
    ? `Invalid '${param}': string does not match pattern. Expected a string that matches the pattern '${pattern}'.`
    : `Invalid '${param}': ${issue.message}.`;
}

function outOfBounds(param: string, issue: Extract<Issue, { code: "too_small" | "too_big" }>): RequestProblem {
  const small = issue.code === "too_small";
  const bound = Number(small ? issue.minimum : issue.maximum);
  const side = small ? "below minimum" : "above maximum";
  switch (issue.origin) {
    case "string": {
      const got = typeof issue.input === "string" ? issue.input.length : 0;
      if (small && got === 0) {
        const message = `Invalid '${param}': empty string. Expected a string with minimum length ${bound}, but got an empty string instead.`;
        return new RequestProblem("invalid_value", message, { param, wireCode: "empty_string" });
      }
      return tooLong(param, { kind: "string", small, bound, got });
    }
    case "array":
      return tooLong(param, { kind: "array", small, bound, got: Array.isArray(issue.input) ? issue.input.length : 0 });
    case "object": {
      const count = Object.keys(issue.input ?? {}).length;
      const message = `Invalid '${param}': too many properties. Expected an object with at most ${bound} properties, but got an object with ${count} properties instead.`;
      return new RequestProblem("invalid_value", message, { param, wireCode: "object_above_max_properties" });
    }
    default: {
      const kind = issue.origin === "int" || Number.isInteger(issue.input) ? "integer" : "decimal";
      const sign = small ? ">=" : "<=";
      const message = `Invalid '${param}': ${kind} ${side} value. Expected a value ${sign} ${bound}, but got ${String(issue.input)} instead.`;
      const code = small ? "integer_below_min_value" : "integer_above_max_value";
      return new RequestProblem(code, message, { param, wireCode: code.replace("integer", kind) });
    }
  }
}

interface Length {
  kind: "string" | "array";
  small: boolean;
  bound: number;
  got: number;
}

function tooLong(param: string, { kind, small, bound, got }: Length): RequestProblem {
  const word = small ? "short" : "long";
  const limit = small ? "minimum" : "maximum";
  const article = kind === "string" ? "a" : "an";
  if (kind === "array" && small && got === 0) {
    const message = `Invalid '${param}': empty array. Expected an array with minimum length ${bound}, but got an empty array instead.`;
    return new RequestProblem("invalid_value", message, { param, wireCode: "empty_array" });
  }
  const message = `Invalid '${param}': ${kind} too ${word}. Expected ${article} ${kind} with ${limit} length ${bound}, but got ${article} ${kind} with length ${got} instead.`;
  if (small) return new RequestProblem("invalid_value", message, { param, wireCode: `${kind}_below_min_length` });
  return new RequestProblem(`${kind}_above_max_length`, message, { param });
}

function listed(words: string[], link: "and" | "or"): string {
  if (words.length <= 1) return words.join("");
  if (words.length === 2) return words.join(` ${link} `);
  return `${words.slice(0, -1).join(", ")}, ${link} ${words.at(-1)}`;
}
