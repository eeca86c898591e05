import { beforeEach, describe, expect, it } from "vitest";
import { parseConfig, setConfig } from "#server/config";
import { AppError } from "#server/errors";
import { forgetBreakers, readBreaker } from "#server/services/models/circuit-breaker";
import {
  type EmbeddingCandidate,
  embeddingFamily,
  routeEmbeddingModel,
} from "#server/services/models/route-embedding-model";
import { testConnection } from "#tests/support/model-request";

const options = { signal: new AbortController().signal, kind: "query" as const };

beforeEach(() => {
  setConfig(parseConfig({}));
  forgetBreakers();
});

/** A candidate that answers with vectors like the one given, or fails. */
function candidate(name: string, answer: number[] | AppError, dimensions = 0): EmbeddingCandidate & { calls: number } {
  const made = {
    name,
    connection: testConnection({ name }),
    modelId: "embed",
    breaker: name,
    calls: 0,
    model: {
      modelId: "embed",
      dimensions,
      embed: async (texts: string[]) => {
        made.calls += 1;
        if (answer instanceof AppError) throw answer;
        return texts.map(() => answer);
      },
    },
  };
  return made;
}

const down = () => new AppError("provider_error", "down", { detail: { status: 503 } });

describe("an embedding model in several places", () => {
  it("is asked for at the next one when one fails", async () => {
    const model = routeEmbeddingModel([candidate("a", down()), candidate("b", [1, 2])]);
    expect(model.dimensions).toBe(0);
    expect(await model.embed(["x", "y"], options)).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(model.dimensions).toBe(2);
    expect(readBreaker("a").failures).toBe(1);
  });

  it("is never mixed with vectors of another length", async () => {
    const model = routeEmbeddingModel([candidate("a", down(), 2), candidate("b", [1, 2, 3])]);
    await expect(model.embed(["x"], options)).rejects.toThrow(
      '"b" cannot stand in for "a": its vectors have 3 numbers, not 2.',
    );
  });

  it("goes to nobody else with a request that is wrong, or whose caller has left", async () => {
    const second = candidate("b", [1, 2]);
    const wrong = new AppError("invalid_request", "wrong", { detail: { status: 400 } });
    await expect(routeEmbeddingModel([candidate("a", wrong), second]).embed(["x"], options)).rejects.toThrow("wrong");
    const left = { signal: AbortSignal.abort(), kind: "query" as const };
    await expect(routeEmbeddingModel([candidate("a", down()), second]).embed(["x"], left)).rejects.toThrow("down");
    expect(second.calls).toBe(0);
    expect(readBreaker("a").failures).toBe(0);
  });

  it("is asked for last where its breaker is open", async () => {
    const a = candidate("a", down());
    const model = routeEmbeddingModel([a, candidate("b", [1])]);
    for (let count = 0; count < 5; count += 1) await model.embed(["x"], options);
    expect(a.calls).toBe(3);
  });

  it("is the same whatever a vendor puts before its name", () => {
    expect(embeddingFamily("openai/Text-Embedding-3-small")).toBe(embeddingFamily("text-embedding-3-small"));
  });
});
