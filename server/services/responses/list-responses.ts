import { listResponseRows, type ResponseFilter, type ResponseListRow, readShortItems } from "#server/db/response-list";
import { AppError } from "#server/errors";
import type { ResponseResource, Usage } from "#server/protocol/response";
import type { ServiceContext } from "#server/services/context";
import { previewOfText, textOf } from "#server/services/responses/trace-facts";

/** A stored response in the dashboard's list. */
export interface ResponseListItem extends Omit<ResponseListRow, "body" | "lastInputItemId" | "lastOutputItemId"> {
  background: boolean;
  error: ResponseResource["error"];
  usage: Usage | null;
  /** The last item of the request and of the answer in short; null where there is none, or a very long one. */
  inputPreview: string | null;
  outputPreview: string | null;
}

export interface ListResponsesInput extends ResponseFilter {
  cursor?: string | undefined;
  limit: number;
  /** Created at or after, and before: epoch milliseconds. */
  from?: number | undefined;
  to?: number | undefined;
}

const RESPONSE_ID = /^resp_[0-9a-zA-Z]+$/;
/** A longer item (an image, a document) is not read for a line of a list. */
const MAX_PREVIEW_BYTES = 32_768;

async function previewsOf(
  teamId: string,
  rows: readonly ResponseListRow[],
): Promise<(id: string | null) => string | null> {
  const ids = rows.flatMap((row) => [row.lastInputItemId ?? [], row.lastOutputItemId ?? []].flat());
  const items = new Map((await readShortItems(teamId, ids, MAX_PREVIEW_BYTES)).map((item) => [item.id, item.body]));
  return (id) => {
    const item = id === null ? undefined : items.get(id);
    // Pictures and answers to approvals, for example, have no text.
    return item ? previewOfText(textOf(item)) || null : null;
  };
}

/**
 * A page of the team's stored responses by keyset, newest first. A page may be short or empty and still have a cursor:
 * matches are rare then.
 * @throws AppError invalid_value for a cursor that is none, database_unavailable
 */
export async function listResponses({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: ListResponsesInput;
}): Promise<{ rows: ResponseListItem[]; nextCursor: string | null }> {
  const { cursor, limit, from, to, ...filter } = input;
  if (cursor !== undefined && !RESPONSE_ID.test(cursor)) {
    throw new AppError("invalid_value", "Invalid 'cursor': expected the one of an earlier page.", { param: "cursor" });
  }
  const { teamId } = ctx.principal;
  const page = await listResponseRows({
    teamId,
    beforeId: cursor ?? null,
    from: from ?? null,
    to: to ?? null,
    filter,
    limit,
  });
  const previewOf = await previewsOf(teamId, page.rows);
  const rows = page.rows.map(({ body, lastInputItemId, lastOutputItemId, ...row }) => ({
    ...row,
    background: body.background,
    error: body.error,
    usage: body.usage,
    inputPreview: previewOf(lastInputItemId),
    outputPreview: previewOf(lastOutputItemId),
  }));
  return { rows, nextCursor: page.nextId };
}
