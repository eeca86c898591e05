import { expect, it } from "vitest";
import { parseConfig, setConfig } from "#server/config";
import {
  closeInterpreters,
  interpreterPids,
  type Session,
  withInterpreter,
} from "#server/tools/code-interpreter/interpreter-pool";

const request = (key: string) => ({ key, memoryBytes: 512 * 2 ** 20, signal: new AbortController().signal });
const runNothing = (session: Session) => session.run({ code: "1", put: new Map(), remove: [] });

it("a server that shuts down ends its interpreters, and whoever waits or comes hears so at once", async () => {
  setConfig(
    parseConfig({
      NODE_ENV: "test",
      LOG_LEVEL: "silent",
      CODE_INTERPRETER_PROCESSES: "1",
      CODE_INTERPRETER_START_SECONDS: "170",
      CODE_INTERPRETER_WAIT_SECONDS: "600",
    }),
  );
  const begun = Promise.withResolvers<Session>();
  const closed = Promise.withResolvers<void>();
  const holding = withInterpreter(request("a"), async (session) => {
    begun.resolve(session);
    await closed.promise;
    await session.renew();
  });
  await Promise.race([begun.promise, holding]);
  const waiting = withInterpreter(request("b"), runNothing);
  const [pid] = interpreterPids();
  expect(pid).toBeDefined();
  const refusal = { code: "overloaded", message: "the server is shutting down." };
  const [told] = await Promise.allSettled([waiting, closeInterpreters()]);
  expect(told).toMatchObject({ status: "rejected", reason: refusal });
  expect(() => process.kill(pid ?? 0, 0)).toThrow("ESRCH");
  closed.resolve();
  await expect(holding).rejects.toMatchObject(refusal);
  await expect(withInterpreter(request("c"), runNothing)).rejects.toMatchObject(refusal);
  expect(interpreterPids()).toEqual([]);
});
