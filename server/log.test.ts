import { expect, it } from "vitest";
import { AppError } from "#server/errors";
import { errorFacts } from "#server/log";

it("an error is told by name, code and place, never by its words", () => {
  const refused = Object.assign(new RangeError("invalid input: \n    secret words"), { code: "22P02" });
  const facts = errorFacts(new AppError("internal_error", "The server had an error.", { cause: refused }));
  expect(facts).toEqual({ name: "RangeError", code: "22P02", stack: expect.stringContaining("log.test.ts") });
  expect(JSON.stringify(facts)).not.toContain("secret words");
  expect(errorFacts(new AppError("not_found", "No such secret."))).toMatchObject({
    name: "AppError",
    code: "not_found",
  });
  const handedOn = { message: "secret words", code: "ECONNREFUSED", stack: "Error: secret words\n    at here" };
  expect(errorFacts(handedOn)).toEqual({ name: "Error", code: "ECONNREFUSED", stack: "    at here" });
  expect(errorFacts("secret words")).toEqual({ name: "string" });
});
