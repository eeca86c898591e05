import { vendorToolsOf } from "#server/engine/model-tools";
import type { CreateResponseRequest } from "#server/protocol/request";
import type { ServiceContext } from "#server/services/context";
import { requireStorage } from "#server/services/conversations/require-storage";
import { resolveModel } from "#server/services/models/resolve-model";
import type { CreateResponseInput } from "#server/services/responses/create-response";
import { fitInput, modelFacts } from "#server/services/responses/fit-input";
import { loadContext, type ResponseContext } from "#server/services/responses/load-context";
import { openForModel } from "#server/services/responses/open-for-model";
import { openTools } from "#server/services/responses/open-tools";
import { readRequest } from "#server/services/responses/read-request";
import { requireSupport } from "#server/services/responses/require-support";
import { withoutToolCredentials } from "#server/services/responses/tool-credentials";

/** A request that has been read. */
export interface Preparation {
  ctx: ServiceContext;
  input: CreateResponseInput;
  request: CreateResponseRequest;
  /** What the response builds on, when it is known already. */
  context?: ResponseContext;
}

/** The request with what is really in force: nothing is stored for a key that keeps no content. */
async function effectiveRequest(ctx: ServiceContext, input: CreateResponseInput): Promise<CreateResponseRequest> {
  const request = input.form?.request ?? (await readRequest({ ctx, input: { body: input.body } }));
  const keepsContent = ctx.principal.type !== "apiKey" || ctx.principal.logContent;
  const effective = keepsContent ? request : { ...request, store: false };
  requireStorage(effective, keepsContent);
  return effective;
}

/** True for a body that wants nothing of its run kept. */
export function asksForNoStore(body: unknown): boolean {
  return typeof body === "object" && body !== null && "store" in body && body.store === false;
}

/**
 * Reads a request, and puts on the trace what may be kept of it.
 * @throws AppError for every way in which the body alone can be refused; not_found for an unknown prompt or version;
 *   database_unavailable
 */
export async function openRequest(ctx: ServiceContext, input: CreateResponseInput): Promise<CreateResponseRequest> {
  // Before it is parsed: a refusal may quote the value at fault.
  if (asksForNoStore(input.body)) ctx.trace.dropContent();
  const request = await effectiveRequest(ctx, input);
  const traced = request.store || (input.form?.tracesUnstored && !asksForNoStore(input.body));
  if (traced) ctx.trace.content({ request: withoutToolCredentials(input.body) });
  else ctx.trace.dropContent();
  if (request.model !== null) ctx.trace.set({ requestedModel: request.model });
  return request;
}

async function loadTraced({ ctx, input, request }: Preparation): Promise<ResponseContext> {
  const span = ctx.trace.startSpan({ name: "load context", kind: "storage" });
  try {
    const context = await loadContext({ ctx, input: { ...request, memory: input.memory ?? null } });
    span.set({ historyItems: context.historyItemIds.length, inputItems: context.inputItems.length });
    span.end();
    return context;
  } catch (error) {
    span.end({ status: "error" });
    throw error;
  }
}

/**
 * Everything that can be refused, before anything runs: the model, what the response builds on, its tools and files.
 * @throws AppError for every way in which the request can be refused
 */
export async function prepare(preparation: Preparation) {
  const { ctx, input, request } = preparation;
  const resolving = resolveModel({
    ctx,
    input: {
      model: request.model,
      providerHeader: input.providerHeader ?? null,
      providerApiKey: input.providerApiKey ?? null,
    },
  });
  const [resolved, context, hosted] = await Promise.all([
    resolving,
    preparation.context ?? loadTraced(preparation),
    openTools({ ctx, input: { tools: request.tools, model: () => resolving } }),
  ]);
  const model = resolved.languageModel;
  const providerApiKey = input.providerApiKey ?? null;
  const opened = await openForModel({ ctx, input: { request, context, tools: hosted, resolved, providerApiKey } });
  const { tools: told, toolChoice, clientForms, lists, hosted: tools } = opened;
  const asked = { request: { ...request, tools: told, toolChoice }, tools };
  const fitted = await fitInput({ ctx, input: { ...asked, context: opened.context, model: modelFacts(resolved) } });
  await requireSupport({ ...asked, input: fitted.input, model, signal: ctx.signal });
  const approved = request.compactNow ? [] : opened.approved;
  const engine = { tools: told, toolChoice, clientForms, lists, approved };
  const vendorActs = vendorToolsOf([...told, ...opened.inInput], tools).length > 0;
  return { resolved, context, request: opened.request, tools, fitted, engine, vendorActs };
}

export type Prepared = Awaited<ReturnType<typeof prepare>>;
