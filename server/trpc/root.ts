import { apiKeysRouter } from "#server/trpc/routers/api-keys";
import { approvalsRouter } from "#server/trpc/routers/approvals";
import { conversationsRouter } from "#server/trpc/routers/conversations";
import { filesRouter } from "#server/trpc/routers/files";
import { meRouter } from "#server/trpc/routers/me";
import { modelsRouter } from "#server/trpc/routers/models";
import { overviewRouter } from "#server/trpc/routers/overview";
import { playgroundRouter } from "#server/trpc/routers/playground";
import { promptsRouter } from "#server/trpc/routers/prompts";
import { providersRouter } from "#server/trpc/routers/providers";
import { responsesRouter } from "#server/trpc/routers/responses";
import { retrievalLabRouter } from "#server/trpc/routers/retrieval-lab";
import { setupRouter } from "#server/trpc/routers/setup";
import { storeFilesRouter } from "#server/trpc/routers/store-files";
import { teamRouter } from "#server/trpc/routers/team";
import { testSetsRouter } from "#server/trpc/routers/test-sets";
import { toolAccountsRouter } from "#server/trpc/routers/tool-accounts";
import { toolsRouter } from "#server/trpc/routers/tools";
import { tracesRouter } from "#server/trpc/routers/traces";
import { urlImportsRouter } from "#server/trpc/routers/url-imports";
import { vectorStoresRouter } from "#server/trpc/routers/vector-stores";
import { webhooksRouter } from "#server/trpc/routers/webhooks";
import { router } from "#server/trpc/trpc";

/** Every procedure of the dashboard, by resource. */
export const appRouter = router({
  setup: setupRouter,
  me: meRouter,
  team: teamRouter,
  apiKeys: apiKeysRouter,
  providers: providersRouter,
  tools: toolsRouter,
  toolAccounts: toolAccountsRouter,
  models: modelsRouter,
  webhooks: webhooksRouter,
  files: filesRouter,
  vectorStores: vectorStoresRouter,
  retrievalLab: retrievalLabRouter,
  testSets: testSetsRouter,
  storeFiles: storeFilesRouter,
  urlImports: urlImportsRouter,
  prompts: promptsRouter,
  responses: responsesRouter,
  approvals: approvalsRouter,
  conversations: conversationsRouter,
  traces: tracesRouter,
  overview: overviewRouter,
  playground: playgroundRouter,
});

export type AppRouter = typeof appRouter;
