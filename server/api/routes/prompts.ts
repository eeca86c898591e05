import { answerJson } from "#server/api/answer";
import type { ApiHandler, ApiRequest } from "#server/api/route";
import { parseListQuery, toListPage } from "#server/protocol/list";
import { parseCreatePrompt, parseCreatePromptVersion, UpdatePromptBody } from "#server/protocol/prompt-templates";
import { validate } from "#server/protocol/validate";
import { createPrompt as createPromptService } from "#server/services/prompts/create-prompt";
import { createPromptVersion as createPromptVersionService } from "#server/services/prompts/create-prompt-version";
import { deletePrompt as deletePromptService } from "#server/services/prompts/delete-prompt";
import { getPrompt as getPromptService } from "#server/services/prompts/get-prompt";
import { getPromptVersion as getPromptVersionService } from "#server/services/prompts/get-prompt-version";
import { listPromptVersions as listPromptVersionsService } from "#server/services/prompts/list-prompt-versions";
import { listPrompts as listPromptsService } from "#server/services/prompts/list-prompts";
import { updatePrompt as updatePromptService } from "#server/services/prompts/update-prompt";

function promptIdOf(request: ApiRequest): string {
  return request.params.prompt_id ?? "";
}

/** `POST /v1/prompts` */
export const createPrompt: ApiHandler = async (request) => {
  const input = parseCreatePrompt(await request.json());
  return answerJson(request, await createPromptService({ ctx: request.ctx, input }));
};

/** `GET /v1/prompts` */
export const listPrompts: ApiHandler = async (request) => {
  const query = parseListQuery(request.query);
  const { rows, hasMore } = await listPromptsService({ ctx: request.ctx, input: { query } });
  return answerJson(request, toListPage(rows, hasMore));
};

/** `GET /v1/prompts/{prompt_id}` */
export const getPrompt: ApiHandler = async (request) =>
  answerJson(request, await getPromptService({ ctx: request.ctx, input: { promptId: promptIdOf(request) } }));

/** `POST /v1/prompts/{prompt_id}`: name and default version. */
export const updatePrompt: ApiHandler = async (request) => {
  const { name, default_version } = validate(UpdatePromptBody, await request.json());
  const input = { promptId: promptIdOf(request), name, defaultVersion: default_version };
  return answerJson(request, await updatePromptService({ ctx: request.ctx, input }));
};

/** `DELETE /v1/prompts/{prompt_id}` */
export const deletePrompt: ApiHandler = async (request) =>
  answerJson(request, await deletePromptService({ ctx: request.ctx, input: { promptId: promptIdOf(request) } }));

/** `POST /v1/prompts/{prompt_id}/versions` */
export const createPromptVersion: ApiHandler = async (request) => {
  const input = { promptId: promptIdOf(request), ...parseCreatePromptVersion(await request.json()) };
  return answerJson(request, await createPromptVersionService({ ctx: request.ctx, input }));
};

/** `GET /v1/prompts/{prompt_id}/versions`: `after` and `before` are version numbers. */
export const listPromptVersions: ApiHandler = async (request) => {
  const input = { promptId: promptIdOf(request), query: parseListQuery(request.query) };
  const { rows, hasMore } = await listPromptVersionsService({ ctx: request.ctx, input });
  return answerJson(request, {
    object: "list",
    data: rows,
    first_id: rows[0]?.version ?? "",
    last_id: rows.at(-1)?.version ?? "",
    has_more: hasMore,
  });
};

/** `GET /v1/prompts/{prompt_id}/versions/{version}` */
export const getPromptVersion: ApiHandler = async (request) => {
  const input = { promptId: promptIdOf(request), version: request.params.version ?? "" };
  return answerJson(request, await getPromptVersionService({ ctx: request.ctx, input }));
};
