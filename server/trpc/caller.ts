import { appRouter } from "#server/trpc/root";
import { createCallerFactory } from "#server/trpc/trpc";

/** Calls procedures without HTTP: `createCaller(context).me.get()`. For server components and tests. */
export const createCaller = createCallerFactory(appRouter);
