import { NextRequest } from "next/server";
import NextAuth from "next-auth";
import { withBoundRequest } from "#server/auth/bounded-request";
import { createAuthOptions } from "#server/auth/next-auth-options";

export const dynamic = "force-dynamic";

interface RouteContext {
  params: Promise<{ nextauth: string[] }>;
}

async function handle(request: NextRequest, context: RouteContext): Promise<Response> {
  const { nextauth } = await context.params;
  // next-auth would let anybody write into the server's log through this action.
  if (nextauth[0] === "_log") return new Response(null, { status: 204 });
  return withBoundRequest(request, (bound) =>
    NextAuth(new NextRequest(bound), context, createAuthOptions(request.headers)),
  );
}

export { handle as GET, handle as POST };
