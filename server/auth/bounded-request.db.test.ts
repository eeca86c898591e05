import { afterAll, beforeAll, expect, test } from "vitest";
import { boundRequest, withBoundRequest } from "#server/auth/bounded-request";
import { hashPassword } from "#server/auth/password";
import { AuthBrowser } from "#tests/support/auth-browser";
import { openTestDatabase, type TestDatabase } from "#tests/support/database";
import { createPerson } from "#tests/support/people";

const MIB = 1024 * 1024;
const password = "correct horse battery";
let database: TestDatabase;
let cookie: string;

beforeAll(async () => {
  database = await openTestDatabase({ MAX_JSON_BODY_BYTES: String(2 * MIB) });
  const person = await createPerson(await hashPassword(password));
  const browser = new AuthBrowser();
  await browser.signIn("credentials", { email: person.email, password });
  cookie = browser.cookieHeader;
});
afterAll(() => database.close());

/** A request whose body comes in pieces of 64 KiB, and how many of them were asked for. */
function post(bytes: number, headers: Record<string, string> = {}): { request: Request; pulled: () => number } {
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = Math.min(64 * 1024, bytes - sent);
      if (piece === 0) return controller.close();
      sent += piece;
      controller.enqueue(new Uint8Array(piece).fill(97));
    },
  });
  const init = { method: "POST", headers, body, duplex: "half" };
  const request = new Request("http://localhost/api/trpc/x", init);
  return { request, pulled: () => Math.ceil(sent / (64 * 1024)) };
}

test("a body within its bound is handed on whole, with method, headers and signal", async () => {
  const { request } = post(MIB, { "x-kept": "yes" });
  const bound = await boundRequest(request);
  expect([bound.method, bound.url, bound.headers.get("x-kept")]).toEqual(["POST", request.url, "yes"]);
  expect((await bound.text()).length).toBe(MIB);
  const empty = new Request("http://localhost/api/auth/session");
  expect(await boundRequest(empty)).toBe(empty);
});

test("a stranger's body over 1 MiB is refused without reading the rest", async () => {
  const { request, pulled } = post(100 * MIB);
  await expect(boundRequest(request)).rejects.toMatchObject({ code: "payload_too_large" });
  expect(pulled()).toBeLessThan(20);
  const announced = post(100 * MIB, { "content-length": String(100 * MIB), cookie: "next-auth.session-token=made-up" });
  await expect(boundRequest(announced.request)).rejects.toMatchObject({ code: "payload_too_large" });
  expect(announced.pulled()).toBeLessThan(3);
});

test("who is signed in may send as much as on /v1, and is answered 413 beyond", async () => {
  const handle = async (bound: Request) => new Response(String((await bound.text()).length));
  const taken = await withBoundRequest(post(2 * MIB, { cookie }).request, handle);
  expect(await taken.text()).toBe(String(2 * MIB));
  const refused = await withBoundRequest(post(2 * MIB + 1, { cookie }).request, handle);
  expect(refused.status).toBe(413);
  expect(await refused.json()).toMatchObject({ error: { code: "payload_too_large" } });
});
