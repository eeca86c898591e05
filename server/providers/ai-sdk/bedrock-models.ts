import { type AwsCredential, awsCredentialOf, awsEndpoint, awsRegionOf } from "#server/providers/ai-sdk/aws-credential";
import type { Connection, ModelInfo } from "#server/providers/provider";
import { fetchJson } from "#server/providers/shared/fetch-json";
import { listOf, objectOf, stringOf } from "#server/providers/shared/json";

const MAX_PROFILES = 1_000;

async function signedHeaders(url: string, credential: AwsCredential, region: string): Promise<Record<string, string>> {
  if (credential.type === "api_key") return { authorization: `Bearer ${credential.apiKey}` };
  const { AwsV4Signer } = await import("aws4fetch");
  const { accessKeyId, secretAccessKey, sessionToken } = credential;
  const signer = new AwsV4Signer({
    ...{ method: "GET", url, region, service: "bedrock", accessKeyId, secretAccessKey },
    ...(sessionToken === undefined ? {} : { sessionToken }),
  });
  return Object.fromEntries((await signer.sign()).headers);
}

async function get(connection: Connection, path: string, signal: AbortSignal): Promise<Record<string, unknown>> {
  const credential = awsCredentialOf(connection);
  const region = awsRegionOf(connection);
  const url = `${(connection.baseUrl ?? awsEndpoint("bedrock", region)).replace(/\/+$/, "")}${path}`;
  const headers = { accept: "application/json", ...(await signedHeaders(url, credential, region)) };
  return objectOf(await fetchJson({ connection, url, method: "GET", headers, body: null, signal })) ?? {};
}

function lowerCased(value: unknown): string[] {
  return listOf(value).flatMap((each) => stringOf(each)?.toLowerCase() ?? []);
}

function toModelInfo(entry: unknown): { info: ModelInfo; onDemand: boolean }[] {
  const model = objectOf(entry);
  const id = stringOf(model?.modelId);
  if (!model || id === null) return [];
  const output = lowerCased(model.outputModalities);
  const speaks = output.includes("text") && model.responseStreamingSupported !== false ? "language" : "unknown";
  const info: ModelInfo = {
    id,
    ownedBy: stringOf(model.providerName) ?? "",
    created: 0,
    kind: output.includes("embedding") ? "embedding" : speaks,
    modalities: { input: lowerCased(model.inputModalities), output },
  };
  const types = lowerCased(model.inferenceTypesSupported);
  return [{ info, onDemand: types.length === 0 || types.includes("on_demand") }];
}

/** A profile answers in the place of the model that it names; without one that is known it is passed on as it is. */
function toProfileInfo(entry: unknown, models: readonly ModelInfo[]): ModelInfo[] {
  const profile = objectOf(entry);
  const id = stringOf(profile?.inferenceProfileId);
  if (!profile || id === null) return [];
  const arn = stringOf(objectOf(listOf(profile.models)[0])?.modelArn) ?? "";
  const base = models.find((model) => arn.endsWith(`/${model.id}`));
  return [base ? { ...base, id } : { id, ownedBy: "", created: 0, kind: "unknown" }];
}

/**
 * The models that can be asked on demand, by their own id or by that of an inference profile.
 * Source: ListFoundationModels and ListInferenceProfiles of the Bedrock API. Whoever may not list profiles sees the
 * models alone.
 */
export async function listBedrockModels(connection: Connection, signal: AbortSignal): Promise<ModelInfo[]> {
  const [foundation, profiles] = await Promise.all([
    get(connection, "/foundation-models", signal),
    get(connection, `/inference-profiles?maxResults=${MAX_PROFILES}`, signal).catch(() => ({
      inferenceProfileSummaries: [],
    })),
  ]);
  const known = listOf(foundation.modelSummaries).flatMap(toModelInfo);
  const models = known.map(({ info }) => info);
  const onDemand = known.filter((each) => each.onDemand).map(({ info }) => info);
  return [...onDemand, ...listOf(profiles.inferenceProfileSummaries).flatMap((each) => toProfileInfo(each, models))];
}
