import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { prisma } from "#server/db/client";
import { closePools } from "#server/outbound/pools";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { createMember, type Person } from "#tests/support/people";

const CANARY = "canary-import-secret-0123456789";

let database: TestDatabase;
let site: Server;
let siteUrl: string;
let teamId: string;
let owner: Person;

beforeAll(async () => {
  database = await openTestDatabase({ OUTBOUND_ALLOW: "127.0.0.1" });
  site = createServer(({ url, headers }, outgoing) => {
    if (url?.startsWith("/fail")) outgoing.writeHead(404).end();
    else outgoing.end(JSON.stringify({ url, headers: { authorization: headers.authorization } }));
  });
  await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
  siteUrl = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await closePools();
  site.close();
  await database.close();
});
beforeEach(async () => {
  ({ teamId } = await createTeam());
  owner = await createMember({ teamId, role: "owner" });
});

const document = () =>
  JSON.stringify({
    ...{ openapi: "3.1.0", info: { title: "Orders", version: "1" }, servers: [{ url: siteUrl }] },
    security: [{ token: [] }],
    paths: {
      "/orders/{id}": { get: { operationId: "read_order", summary: "Reads an order" } },
      "/orders": { post: { operationId: "order", requestBody: { content: { "application/json": {} } } } },
      "/status": { get: { operationId: "status", security: [] } },
      "/upload": { post: { operationId: "up", requestBody: { required: true, content: { "image/png": {} } } } },
    },
    components: { securitySchemes: { token: { type: "http", scheme: "bearer" } } },
  });

it("shows what it would make, and makes what is chosen", async () => {
  await owner.call.tools.create({ kind: "http", name: "shop_order", http: { method: "GET", url: siteUrl } });
  const preview = await owner.call.tools.previewOpenApi({ document: document(), prefix: "shop_" });
  expect(preview).toMatchObject({ title: "Orders", security: [{ name: "authorization", prefix: "Bearer " }] });
  expect(preview.operations.map(({ key, name, schemes, problem }) => [key, name, schemes, problem])).toEqual([
    ["GET /orders/{id}", "shop_read_order", ["token"], null],
    ["POST /orders", "shop_order", ["token"], expect.stringContaining("already")],
    ["GET /status", "shop_status", [], null],
    ["POST /upload", "shop_up", ["token"], expect.stringContaining("image/png")],
  ]);
  const { created, skipped } = await owner.call.tools.importOpenApi({
    ...{ document: document(), prefix: "shop_", secretHeaders: { Authorization: `Bearer ${CANARY}` } },
    operations: ["GET /orders/{id}", "GET /status", "POST /upload", "GET /none"],
  });
  expect(created).toMatchObject([
    { name: "shop_read_order", secretHeaders: ["authorization"] },
    { name: "shop_status", secretHeaders: [] },
  ]);
  expect(skipped.map(({ key }) => key)).toEqual(["POST /upload", "GET /none"]);
  const audit = await prisma().auditLog.findMany({ where: { teamId, resourceId: created[0]?.id ?? "" } });
  expect(audit).toMatchObject([{ action: "tool.create" }]);
  const test = await owner.call.tools.test({ id: created[0]?.id, call: { arguments: { id: "7" } } });
  expect(JSON.parse(test.output ?? "")).toMatchObject({ url: "/orders/7", headers: { authorization: "[redacted]" } });
});

it("takes no secret that none of its operations asks for", async () => {
  const secrets = [{ secretHeaders: { "x-key": CANARY } }, { secretQuery: { key: CANARY } }];
  for (const secret of secrets) {
    const asked = { document: document(), operations: ["GET /orders/{id}"], ...secret };
    await expect(owner.call.tools.importOpenApi(asked)).rejects.toThrow("None of these tools would send");
  }
  expect((await owner.call.tools.list({})).length).toBe(0);
});

it("is fetched through the guard", async () => {
  const preview = (url: string) => owner.call.tools.previewOpenApi({ url });
  await expect(preview("http://169.254.169.254/openapi.json")).rejects.toThrow("OUTBOUND_ALLOW");
  await expect(preview(`${siteUrl}/fail`)).rejects.toThrow("answered 404");
});
