import { config } from "#server/config";
import { AppError } from "#server/errors";
import type { ModelInfo, Provider } from "#server/providers/provider";
import { createProvider, runsInside } from "#server/providers/registry";
import type { ServiceContext } from "#server/services/context";
import { chooseTarget, type ModelTarget } from "#server/services/models/choose-target";
import { knownModels } from "#server/services/models/known-models";
import { orderTargets } from "#server/services/models/order-targets";
import { priceOfImage } from "#server/services/models/price";
import { refuseModel } from "#server/services/models/refuse-model";
import { findTargets } from "#server/services/models/resolve-route";
import { loadTeamModels, type TeamModels } from "#server/services/models/team-models";

export type ImageModel = ReturnType<NonNullable<Provider["imageModel"]>>;
/** An image that a model is given. */
export type ImageBytes = Parameters<ImageModel["draw"]>[0]["images"][number];
/** What a model has drawn. */
export type DrawnImage = Awaited<ReturnType<ImageModel["draw"]>>;

export interface ResolveImageModelInput {
  /** As the tool names it: an alias, `connection/model`, or a plain name; null: the server's own choice. */
  name: string | null;
  /** The connection that answers the response. */
  provider: string;
  /** The caller's own provider key, for this request alone. */
  providerApiKey: string | null;
}

export interface ResolvedImageModel {
  model: ImageModel;
  /** The connection's name. */
  provider: string;
  /** `connection/model`. */
  servedModel: string;
  /** US dollars of an image with these tokens; null when unpriced. */
  price(usage: DrawnImage["usage"]): number | null;
}

interface Question {
  team: TeamModels;
  callerKey: string | null;
  passthrough: boolean;
}

/** Ids of models that draw, of vendors that do not say what their models give. */
const DRAWS = /gpt-image|dall-e|-image(-|$)|imagen|flux|stable-diffusion|sdxl|nova-canvas|ideogram|recraft/i;

function draws({ id, modalities }: ModelInfo): boolean {
  if (modalities) return modalities.output.includes("image") && !modalities.output.includes("text");
  return DRAWS.test(id);
}

async function findNamed(name: string, question: Question): Promise<ModelTarget | null> {
  const [first] = orderTargets(await findTargets({ ...question, alias: name }));
  return first ?? (await chooseTarget({ ...question, name, provider: null }));
}

/** The model of a connection that draws: its provider's own, else the first by its vendor's list. */
async function firstOf(provider: string, question: Question): Promise<ModelTarget | null> {
  const connection = question.team.connections.find(({ name }) => name === provider);
  if (!connection) return null;
  const first = createProvider(connection).ownImageModel ?? (await knownModels(connection))?.find(draws)?.id;
  return first === undefined
    ? null
    : chooseTarget({ ...question, name: `${connection.name}/${first}`, provider: null });
}

/** The server's choice. A caller's own key is for the connection that answers: no other is told of it unasked. */
async function chooseOwn(provider: string, question: Question): Promise<ModelTarget | null> {
  const name = config().IMAGE_GENERATION_MODEL;
  if (name === undefined) return firstOf(provider, question);
  const target = await findNamed(name, question);
  if (!target) return refuseModel(question.team, name);
  const { connection } = target;
  const mayTell = question.callerKey === null || connection.name === provider || runsInside(connection.kind);
  return mayTell ? target : firstOf(provider, question);
}

/**
 * The model that draws for a response: the one that the tool names, else IMAGE_GENERATION_MODEL (of which an alias may be
 * the name; passed over where it would take the caller's own key to another connection), else the first of the
 * connection that answers the response.
 * @throws AppError model_not_found, saying what to do when there is none; database_unavailable
 */
export async function resolveImageModel({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: ResolveImageModelInput;
}): Promise<ResolvedImageModel> {
  const { principal } = ctx;
  const team = await loadTeamModels(principal.teamId);
  const passthrough = principal.type === "passthrough";
  const callerKey = passthrough ? principal.providerKey : input.providerApiKey;
  const question = { team, callerKey, passthrough };
  const { name } = input;
  const target = name === null ? await chooseOwn(input.provider, question) : await findNamed(name, question);
  if (!target && name !== null) return refuseModel(team, name);
  if (!target) throw noModel(input.provider);
  const { connection, modelId } = target;
  const servedModel = `${connection.name}/${modelId}`;
  const model = createProvider(connection).imageModel?.(modelId);
  const price = (usage: DrawnImage["usage"]) => priceOfImage(connection, modelId, usage ?? null);
  if (model) return { model, provider: connection.name, servedModel, price };
  const message = `The model '${servedModel}' draws no images: this server knows no way to ask its provider for one.`;
  throw new AppError("model_not_found", message, { param: "model" });
}

function noModel(provider: string): AppError {
  const message =
    `The tool 'image_generation' needs a model that draws, and the connection "${provider}" lists none. Name one in the ` +
    "tool's 'model', such as 'openai/gpt-image-1' or 'builtin/placeholder'; whoever operates the server can set IMAGE_GENERATION_MODEL.";
  return new AppError("model_not_found", message, { param: "model" });
}
