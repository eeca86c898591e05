import { AppError, isAppError, toAppError } from "#server/errors";

const UNREACHABLE_SYSTEM = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOENT",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
]);
const UNREACHABLE_PRISMA = new Set(["P1001", "P1002", "P1008", "P1017", "P2024", "P2028"]);
const UNREACHABLE_ADAPTER = new Set([
  "DatabaseNotReachable",
  "ConnectionClosed",
  "SocketTimeout",
  "TooManyConnections",
]);
/** Connection exceptions, shutting down, starting up, too many connections. */
const UNREACHABLE_SQLSTATE = /^(08...|57P0[123]|53300)$/;
const UNREACHABLE_MESSAGE = /connection terminated|timeout exceeded when trying to connect|connection timeout/i;

export interface DatabaseErrorFacts {
  /** SQLSTATE, a system error code or Prisma's code. */
  code: string | null;
  /** Name of the constraint or index at fault, when the server told. */
  constraint: string | null;
  unreachable: boolean;
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && name in value ? Reflect.get(value, name) : undefined;
}

/** The error, what caused it, and what Prisma's adapter wrapped, outermost first. */
function* layersOf(error: unknown): Generator<unknown> {
  let layer = error;
  for (let depth = 0; depth < 5 && layer; depth++) {
    yield layer;
    layer = field(field(layer, "meta"), "driverAdapterError") ?? field(layer, "cause");
  }
}

/** What a database error says, read from codes and names in any of its layers. */
export function databaseErrorFacts(error: unknown): DatabaseErrorFacts {
  const facts: DatabaseErrorFacts = { code: null, constraint: null, unreachable: false };
  for (const layer of layersOf(error)) {
    const code = field(layer, "originalCode") ?? field(layer, "code");
    const constraint = field(layer, "constraint");
    if (typeof code === "string") facts.code = code;
    if (typeof constraint === "string") facts.constraint = constraint;
    else if (typeof field(constraint, "index") === "string") facts.constraint = String(field(constraint, "index"));
    facts.unreachable ||= isUnreachable(layer, code);
  }
  return facts;
}

function isUnreachable(layer: unknown, code: unknown): boolean {
  if (
    typeof code === "string" &&
    (UNREACHABLE_SYSTEM.has(code) || UNREACHABLE_PRISMA.has(code) || UNREACHABLE_SQLSTATE.test(code))
  )
    return true;
  if (UNREACHABLE_ADAPTER.has(String(field(layer, "kind")))) return true;
  return UNREACHABLE_MESSAGE.test(String(field(layer, "message") ?? ""));
}

/** True for a violated unique constraint: SQLSTATE 23505, Prisma's P2002. */
export function isUniqueViolation(error: unknown): boolean {
  return [...layersOf(error)].some((layer) =>
    [field(layer, "code"), field(layer, "originalCode")].some((code) => code === "23505" || code === "P2002"),
  );
}

/** A NUL in a text or in a JSON string; half a surrogate pair in a JSON string. */
const UNSTORABLE_SQLSTATE = /^(22021|22P05)$/;
const UNSTORABLE_MESSAGE = /invalid input syntax for type json/i;

function isUnstorable(error: unknown, code: string | null): boolean {
  if (code !== null && UNSTORABLE_SQLSTATE.test(code)) return true;
  return [...layersOf(error)].some((layer) => UNSTORABLE_MESSAGE.test(String(field(layer, "message") ?? "")));
}

/**
 * The AppError for whatever a query threw: itself when it is one, `database_unavailable` (503, to be tried again) when
 * the server cannot be reached, `invalid_value` for a text that Postgres cannot hold, else `internal_error`.
 */
export function mapDatabaseError(error: unknown): AppError {
  if (isAppError(error)) return error;
  const { unreachable, code } = databaseErrorFacts(error);
  if (!unreachable) {
    if (!isUnstorable(error, code)) return toAppError(error);
    const message = "A text in the request holds a NUL character or half a surrogate pair, which cannot be kept here.";
    return new AppError("invalid_value", message, { cause: error });
  }
  return new AppError("database_unavailable", "The database cannot be reached right now. Try again in a moment.", {
    retryAfterMs: 1000,
    cause: error,
  });
}
