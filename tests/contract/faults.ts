import type { Json } from "#server/protocol/json-values";
import type { WireEvent } from "#server/protocol/stream-rules";
import { EXCEPTIONS } from "#tests/contract/exceptions";
import { type Contract, eventSchema, violations } from "#tests/support/contract-schemas";

interface Judged {
  contract: Contract;
  /** The name of the contract's schema. */
  schema: string;
  /** An exception not to be made. */
  without?: string | undefined;
}

function forgiven({ contract, schema, without }: Judged, value: Json): Json {
  return Object.entries(EXCEPTIONS)
    .filter(([name, exception]) => exception.contract === contract && name !== without)
    .filter(([, exception]) => exception.schemas?.includes(schema) ?? true)
    .reduce((current, [, exception]) => exception.forgive(current), value);
}

/** What is wrong with a JSON value under a schema of a contract. */
export function faultsUnder(judged: Judged, value: Json): string[] {
  return violations(judged.contract, judged.schema, forgiven(judged, value));
}

/**
 * What is wrong with an event under a contract; extension events are checked for what the standard asks of them.
 * `without`: an exception not to be made.
 */
export function eventFaults(contract: Contract, event: WireEvent, without?: string): string[] {
  if (contract === "open-responses" && event.type.startsWith("openai:")) {
    return typeof event.sequence_number === "number" ? [] : ["an extension event without sequence_number"];
  }
  const schema = eventSchema(contract, event.type);
  if (schema === null) return [`${event.type} is not defined`];
  return faultsUnder({ contract, schema, without }, event);
}

/** What is wrong with a response object under a contract. `without`: an exception not to be made. */
export function bodyFaults(contract: Contract, body: Json, without?: string): string[] {
  return faultsUnder({ contract, schema: contract === "openai" ? "Response" : "ResponseResource", without }, body);
}
