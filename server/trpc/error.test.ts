import { TRPCError } from "@trpc/server";
import { expect, test } from "vitest";
import { z } from "zod";
import { parseConfig, setConfig } from "#server/config";
import { AppError } from "#server/errors";
import { toAnswer, toTrpcError } from "#server/trpc/error";

setConfig(parseConfig({ LOG_LEVEL: "silent" }));

test("an AppError keeps code, message, field and wait, under the status it has everywhere", () => {
  const error = new AppError("rate_limit_exceeded", "Slow down.", { param: "email", retryAfterMs: 500 });
  expect(toTrpcError(error)).toMatchObject({ code: "TOO_MANY_REQUESTS", message: "Slow down." });
  const data = { appCode: "rate_limit_exceeded", param: "email", retryAfterMs: 500 };
  expect(toAnswer(toTrpcError(error))).toEqual({ message: "Slow down.", data });
  expect(toTrpcError(new AppError("not_found", "No such key.")).code).toBe("NOT_FOUND");
});

test("an input that does not parse names the field", () => {
  const { error } = z.object({ user: z.object({ email: z.email("Enter a valid email address.") }) }).safeParse({
    user: { email: "x" },
  });
  const answer = toAnswer(new TRPCError({ code: "BAD_REQUEST", cause: error }));
  expect(answer).toEqual({
    message: "Enter a valid email address.",
    data: { appCode: "invalid_value", param: "user.email", retryAfterMs: null },
  });
});

test("a database that is away is a 503 to be tried again, not a failure of ours", () => {
  const error = Object.assign(new Error("connect ECONNREFUSED 10.0.0.5:5432"), { code: "ECONNREFUSED" });
  const answer = toAnswer(new TRPCError({ code: "INTERNAL_SERVER_ERROR", cause: error }));
  expect(answer.data.appCode).toBe("database_unavailable");
  expect(answer.message).not.toContain("10.0.0.5");
});

test("what nobody expected says nothing of itself", () => {
  const error = toTrpcError(new Error("secret in a message"));
  expect(error.code).toBe("INTERNAL_SERVER_ERROR");
  expect(JSON.stringify(toAnswer(error))).not.toContain("secret");
  expect(toAnswer("thrown text").data.appCode).toBe("internal_error");
});
