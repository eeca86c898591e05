import { toolsTold } from "#server/protocol/additional-tools";
import type { Item } from "#server/protocol/items";
import type { CreateResponseRequest } from "#server/protocol/request";
import { checkToolChoice } from "#server/protocol/request-tools";
import { modelNameOf, type RequestTool } from "#server/protocol/tools";
import { isVendorItem } from "#server/protocol/vendor-items";
import type { ServiceContext } from "#server/services/context";
import type { ResolvedModel } from "#server/services/models/resolve-model";
import type { ResponseContext } from "#server/services/responses/load-context";
import { openTools } from "#server/services/responses/open-tools";
import { namesSavedServer } from "#server/services/responses/saved-servers";
import type { Tool } from "#server/tools/tool";

/** The tools of a request and of its context together. */
export interface ToolsInForce {
  /** The request with all of them. */
  request: CreateResponseRequest;
  context: ResponseContext;
  /** Those that are hosted here, by the names that the model knows them by. */
  tools: ReadonlyMap<string, Tool>;
  /** Those of the request's tools that the model reads of in its input. */
  inInput: ReadonlySet<RequestTool>;
  /** Where in the request a tool stands, for errors. */
  placeOf(tool: RequestTool): string;
}

export interface ToolsInForceInput {
  request: CreateResponseRequest;
  context: ResponseContext;
  /** Hosted tools of the request's own. */
  tools: ReadonlyMap<string, Tool>;
  /** The response's own model. */
  resolved: ResolvedModel;
}

/** The tools that items of the context bring, by the ids of the items; this request's with their credentials. */
function broughtTools(request: CreateResponseRequest, { items, inputItems }: ResponseContext) {
  const given = new Map([...request.additionalTools].map(([place, tools]) => [inputItems[place]?.id, tools]));
  return new Map(
    items.flatMap((item): [string, RequestTool[]][] => {
      const tools = given.get(item.id) ?? (isVendorItem(item) ? toolsTold(item) : []);
      return tools.length > 0 ? [[item.id, tools]] : [];
    }),
  );
}

function placesOf(request: CreateResponseRequest): Map<RequestTool, string> {
  const own = request.tools.map((tool, index): [RequestTool, string] => [tool, `tools[${index}]`]);
  const brought = [...request.additionalTools].flatMap(([place, tools]) =>
    tools.map((tool, index): [RequestTool, string] => [tool, `input[${place}].tools[${index}]`]),
  );
  return new Map([...own, ...brought]);
}

/**
 * Adds to a request the tools that `additional_tools` items of its context bring: of several with one name the request's
 * own, else the newest. Models whose provider runs tools read of them where the items stand, but for those that are
 * hosted here, and for a tool choice that names tools, which must be among the request's.
 * @throws AppError as {@link openTools}; invalid_request for a tool choice of none of them
 */
export async function openAdditionalTools(
  ctx: ServiceContext,
  { request, context, tools, resolved }: ToolsInForceInput,
): Promise<ToolsInForce> {
  const brought = broughtTools(request, context);
  const byName = new Map([...brought.values()].flat().map((tool) => [modelNameOf(tool), tool]));
  for (const tool of request.tools) byName.delete(modelNameOf(tool));
  const added = [...byName.values()];
  const all = { ...request, tools: [...request.tools, ...added] };
  checkToolChoice(request.toolChoice, all.tools);
  const places = placesOf(request);
  const placeOf = (tool: RequestTool) => places.get(tool) ?? "input";
  const inForce = { request: all, context, tools, inInput: new Set<RequestTool>(), placeOf };
  if (brought.size === 0) return inForce;
  const opened = await openTools({ ctx, input: { tools: added, model: async () => resolved } });
  const hosted = new Map([...tools, ...opened]);
  const { languageModel } = resolved;
  const readsItems = typeof request.toolChoice === "string" && (await languageModel.runsTools?.(ctx.signal));
  if (!readsItems) {
    return { ...inForce, tools: hosted, context: { ...context, unshownIds: new Set(brought.keys()) } };
  }
  // A saved server is asked from here, whoever asks the others.
  const isTheirs = (tool: RequestTool) => !hosted.has(modelNameOf(tool)) && !namesSavedServer(tool);
  const theirs = new Map([...brought].map(([id, told]) => [id, told.filter(isTheirs)]));
  const items = context.items.map((item): Item => {
    const told = theirs.get(item.id);
    return told && isVendorItem(item) ? { ...item, tools: told } : item;
  });
  const unshownIds = new Set([...theirs].flatMap(([id, told]) => (told.length === 0 ? [id] : [])));
  return {
    ...inForce,
    tools: hosted,
    context: { ...context, items, unshownIds },
    inInput: new Set(added.filter(isTheirs)),
  };
}
