import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { createTrpcContext } from "#server/trpc/context";
import { appRouter } from "#server/trpc/root";

export const dynamic = "force-dynamic";

function handle(request: Request): Promise<Response> {
  return fetchRequestHandler({
    endpoint: "/api/trpc",
    req: request,
    router: appRouter,
    createContext: ({ info }) => createTrpcContext({ headers: request.headers, signal: info.signal }),
  });
}

export { handle as GET, handle as POST };
