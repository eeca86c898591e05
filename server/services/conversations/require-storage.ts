import { AppError } from "#server/errors";
import type { CreateResponseRequest } from "#server/protocol/request";

/**
 * What is not stored cannot be added to a conversation, and the next turn would miss it.
 * @throws AppError invalid_request for a conversation without storage; `keepsContent` tells whose wish that is
 */
export function requireStorage({ conversation, store }: CreateResponseRequest, keepsContent: boolean): void {
  if (conversation === null || store) return;
  const reason = keepsContent ? "'store' is false" : "this API key keeps no content";
  throw new AppError("invalid_request", `A response can only join a conversation when it is stored, and ${reason}.`, {
    param: "conversation",
  });
}
