import { getEventListeners } from "node:events";
import { beforeEach, expect, it, vi } from "vitest";
import { forgetSecrets } from "#server/auth/secrets";
import { parseConfig, setConfig } from "#server/config";
import { claimIdempotencyKey, type IdempotencyRow, keepIdempotentAnswer } from "#server/db/idempotency";
import { AppError } from "#server/errors";
import { parseCreateResponse } from "#server/protocol/request";
import { openResponse } from "#server/protocol/response";
import type { ServiceContext } from "#server/services/context";
import { type Idempotency, openIdempotency } from "#server/services/responses/idempotency";
import { silentTrace } from "#server/tracing/span";

vi.mock("#server/db/idempotency");

const response = openResponse({
  id: "resp_1",
  createdAt: 1_700_000_000,
  model: "builtin/echo",
  request: parseCreateResponse({ input: "hi" }),
});

/** The table, as far as these tests ask it: one key. */
let row: IdempotencyRow | null;

beforeEach(() => {
  const secret = "a-secret-of-at-least-32-characters-xxxx";
  setConfig(
    parseConfig({ LOG_LEVEL: "silent", API_KEY_PEPPER: secret, SESSION_SECRET: secret, ENCRYPTION_KEY: secret }),
  );
  forgetSecrets();
  row = null;
  vi.mocked(claimIdempotencyKey).mockImplementation(async ({ requestHash }) => {
    const found = row;
    row ??= { requestHash, body: null };
    return found;
  });
  vi.mocked(keepIdempotentAnswer).mockImplementation(async (_at, { body }) => {
    if (row) row = { ...row, body };
  });
});

function ask(signal = new AbortController().signal): Promise<Idempotency> {
  const ctx: ServiceContext = { principal: { type: "system", teamId: "team_1" }, signal, trace: silentTrace };
  return openIdempotency({ ctx, input: { key: "k", body: { input: "hi" } } });
}

async function running(): Promise<Extract<Idempotency, { type: "run" }>> {
  const opened = await ask();
  if (opened.type !== "run") throw new Error("expected to run");
  return opened;
}

it("an answer that cannot be kept goes out all the same, and lets the next one run", async () => {
  vi.mocked(keepIdempotentAnswer).mockRejectedValue(new AppError("database_unavailable", "away"));
  const first = await running();
  const second = ask();
  await expect(first.keep(response)).resolves.toBeUndefined();
  row = null;
  expect(await second).toMatchObject({ type: "run" });
});

it("a request that waits gets the first one's answer, and nothing stays behind on its signal", async () => {
  const first = await running();
  const { signal } = new AbortController();
  const second = ask(signal);
  await vi.waitFor(() => expect(getEventListeners(signal, "abort")).toHaveLength(1));
  await first.keep(response);
  expect(await second).toEqual({ type: "replay", response });
  expect(getEventListeners(signal, "abort")).toEqual([]);
});

it("a caller that leaves while it waits is let go with its reason", async () => {
  const first = await running();
  const caller = new AbortController();
  const second = ask(caller.signal);
  caller.abort(new Error("gone"));
  await expect(second).rejects.toThrow("gone");
  await first.giveUp();
});
