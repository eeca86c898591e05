import { statusOf, toAppError } from "#server/errors";

/** What went wrong, for the dashboard's routes that are no procedures: `{ error: { message, code, param } }`. */
export function answerRefusal(error: unknown): Response {
  const { code, message, param } = toAppError(error);
  return Response.json({ error: { message, code, param } }, { status: statusOf(code) });
}
