import { findPrompt, findPromptVersion } from "#server/db/prompts";
import type { InputItem } from "#server/protocol/items";
import { type PromptTemplate, renderTemplate } from "#server/protocol/prompt-templates";
import type { PromptReference } from "#server/protocol/prompts";
import type { ServiceContext } from "#server/services/context";
import { promptNotFound, promptVersionNotFound, versionNumber } from "#server/services/prompts/prompt-object";

/** A prompt as a request uses it. */
export interface RenderedPrompt {
  /** With the version that was used. */
  reference: PromptReference;
  /** What the template gives where the request is silent; `instructions` with the variables put in. */
  defaults: Omit<PromptTemplate, "messages">;
  messages: InputItem[];
}

/**
 * The prompt that a request names, with its variables put in. Whoever may run a response may use the team's prompts.
 * @throws AppError not_found (the prompt, or its version); invalid_value or invalid_type for the variables;
 *   database_unavailable
 */
export async function renderPrompt({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: PromptReference;
}): Promise<RenderedPrompt> {
  const scope = { teamId: ctx.principal.teamId, promptId: input.id };
  const prompt = await findPrompt(scope);
  if (!prompt) throw promptNotFound(input.id, "prompt.id");
  const asked = input.version ?? String(prompt.defaultVersion);
  const number = versionNumber(asked);
  const found = number === null ? null : await findPromptVersion(scope, number);
  if (!found) throw promptVersionNotFound(input.id, asked, "prompt.version");
  const { messages: _, ...defaults } = found.template;
  const rendered = renderTemplate(found.template, input.variables);
  return {
    reference: { ...input, version: asked },
    defaults: { ...defaults, instructions: rendered.instructions },
    messages: rendered.messages,
  };
}
