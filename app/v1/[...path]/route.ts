import { createApiApp } from "#server/api/app";

export const dynamic = "force-dynamic";

const api = createApiApp();
const handle = (request: Request) => api.fetch(request);

export { handle as DELETE, handle as GET, handle as OPTIONS, handle as POST, handle as PUT };
