import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { withBoundRequest } from "#server/auth/bounded-request";
import { createTrpcContext } from "#server/trpc/context";
import { appRouter } from "#server/trpc/root";

export const dynamic = "force-dynamic";

function handle(request: Request): Promise<Response> {
  return withBoundRequest(request, (req) =>
    fetchRequestHandler({
      endpoint: "/api/trpc",
      req,
      router: appRouter,
      createContext: ({ info }) => createTrpcContext({ headers: req.headers, signal: info.signal }),
    }),
  );
}

export { handle as GET, handle as POST };
