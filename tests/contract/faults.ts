import type { Json } from "#server/protocol/json-values";
import type { WireEvent } from "#server/protocol/stream-rules";
import { EXCEPTIONS } from "#tests/contract/exceptions";
import { type Contract, eventSchema, violations } from "#tests/support/contract-schemas";

function forgiven(contract: Contract, value: Json, without?: string): Json {
  return Object.entries(EXCEPTIONS)
    .filter(([name, exception]) => exception.contract === contract && name !== without)
    .reduce((current, [, exception]) => exception.forgive(current), value);
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
  return violations(contract, schema, forgiven(contract, event, without));
}

/** What is wrong with a response object under a contract. `without`: an exception not to be made. */
export function bodyFaults(contract: Contract, body: Json, without?: string): string[] {
  const schema = contract === "openai" ? "Response" : "ResponseResource";
  return violations(contract, schema, forgiven(contract, body, without));
}
