import { z } from "zod";
import type { UserPrincipal } from "#server/auth/principal";
import { showEvent } from "#server/protocol/dialect";
import type { ResponseStreamEvent } from "#server/protocol/events";
import type { ServiceContext } from "#server/services/context";
import { enterRun } from "#server/services/responses/capacity";
import { createResponse } from "#server/services/responses/create-response";
import { getTeam } from "#server/services/team/get-team";
import { beginTrace, failTrace } from "#server/trpc/trace";
import { router, teamProcedure } from "#server/trpc/trpc";

/** The body of POST /v1/responses; the service validates it as the API does. */
const RespondInput = z.looseObject({});

const DEFAULT_MODEL = "builtin/demo";

/** The events of one response in OpenAI's names, one array per upstream read. */
async function* respond(
  ctx: ServiceContext & { principal: UserPrincipal },
  body: unknown,
): AsyncGenerator<ResponseStreamEvent[], void, undefined> {
  const slot = enterRun();
  const trace = beginTrace(ctx.principal, "playground");
  try {
    const run = await createResponse({ ctx: { ...ctx, trace }, input: { body } });
    for await (const batch of run.events) {
      yield batch.map((event) => showEvent(event, run.request.include));
    }
  } catch (error) {
    failTrace(trace, error);
    throw error;
  } finally {
    slot.leave();
  }
}

export const playgroundRouter = router({
  /** Runs a response as the signed-in person. */
  respond: teamProcedure("playground.write")
    .input(RespondInput)
    .mutation(({ ctx, input }) => respond(ctx, { ...input, stream: true })),
  /** What a fresh playground starts with. */
  defaults: teamProcedure("playground.read").query(async ({ ctx }) => {
    const team = await getTeam({ ctx });
    return { model: team.defaultModel ?? DEFAULT_MODEL };
  }),
});
