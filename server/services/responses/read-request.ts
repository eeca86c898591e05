import { z } from "zod";
import { AppError } from "#server/errors";
import { PromptInput, promptReference } from "#server/protocol/prompts";
import { type CreateResponseRequest, parseCreateResponse } from "#server/protocol/request";
import { validate } from "#server/protocol/validate";
import type { ServiceContext } from "#server/services/context";
import { renderPrompt } from "#server/services/prompts/render-prompt";
import { nameSavedTools } from "#server/services/responses/name-saved-tools";

const NamesPrompt = z.looseObject({ prompt: PromptInput.nullish() });

/** The body with the template's fields where it says nothing. A choice of tools goes with the tools it chooses from. */
function withDefaults(body: Record<string, unknown>, defaults: object): Record<string, unknown> {
  const said = Object.fromEntries(Object.entries(body).filter(([, value]) => value != null));
  const given: Record<string, unknown> = { ...defaults };
  if (said.tools !== undefined) delete given.tool_choice;
  return { ...given, ...said };
}

/**
 * Reads the body of a request. When it names a prompt, the prompt's template speaks where the request is silent.
 * @throws AppError for every way in which the body alone can be refused; not_found for an unknown prompt or version;
 *   database_unavailable
 */
export async function readRequest({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { body: unknown };
}): Promise<CreateResponseRequest> {
  const { body } = input;
  if (typeof body !== "object" || body === null || !("prompt" in body) || body.prompt == null) {
    return parseCreateResponse(await nameSavedTools({ ctx, body }));
  }
  const named = validate(NamesPrompt, body);
  if (named.prompt == null) return parseCreateResponse(await nameSavedTools({ ctx, body }));
  const { defaults, messages, reference } = await renderPrompt({ ctx, input: promptReference(named.prompt) });
  const request = parseCreateResponse(await nameSavedTools({ ctx, body: withDefaults(named, defaults) }));
  const isEmpty = request.input.length === 0 && messages.length === 0;
  if (isEmpty && request.previousResponseId === null && request.conversation === null) {
    throw new AppError("missing_required_parameter", "Missing required parameter: 'input'.", { param: "input" });
  }
  return { ...request, prompt: reference, promptMessages: messages };
}
