import { type GenerateContentResponse, GoogleGenAI } from "@google/genai";
import { OAuth2Client } from "google-auth-library";
import { describe, expect, it } from "vitest";
import { createVertexProvider } from "#server/providers/ai-sdk/vertex";
import type { ModelEvent } from "#server/providers/provider";
import { collectEvents, modelRequest, testConnection, textIn } from "#tests/support/model-request";
import { serviceAccount } from "#tests/support/service-account";
import { upstreamForSuite } from "#tests/support/upstream-suite";
import { playing, vendorWire } from "#tests/support/vendor-wires";

const GEMINI = "gemini-2.5-flash";
const KEY = "sk-test-1234567890";

const wire = vendorWire("vertex");
const upstream = upstreamForSuite();

const ask = (apiKey: string): Promise<ModelEvent[]> =>
  collectEvents(
    createVertexProvider(testConnection({ kind: "vertex", baseUrl: upstream.baseUrl, apiKey })).languageModel(GEMINI),
    modelRequest(),
  );

describe("what stands in for Vertex AI", () => {
  const httpOptions = () => ({ baseUrl: upstream.baseUrl });
  /** Google's own SDK in express mode. */
  const express = () => new GoogleGenAI({ vertexai: true, apiKey: KEY, httpOptions: httpOptions() });
  /** Google's own SDK with a project of its own. */
  function inProject(): GoogleGenAI {
    const authClient = new OAuth2Client();
    authClient.setCredentials({ access_token: "of-a-test", expiry_date: Number.MAX_SAFE_INTEGER });
    return new GoogleGenAI({
      ...{ vertexai: true, project: "test-project", location: "global" },
      ...{ googleAuthOptions: { authClient }, httpOptions: httpOptions() },
    });
  }

  async function readByGoogle(client: GoogleGenAI, name: string): Promise<GenerateContentResponse[]> {
    upstream.script((exchange) => {
      exchange.sendRaw(wire.fixture(name));
      exchange.end();
    });
    const chunks: GenerateContentResponse[] = [];
    for await (const chunk of await client.models.generateContentStream({ model: GEMINI, contents: "Hello" })) {
      chunks.push(chunk);
    }
    return chunks;
  }

  it.each(["text", "json", "length", "parallel-tools", "reasoning"])(
    "is read by Google's own SDK: %s",
    async (name) => {
      const chunks = await readByGoogle(express(), name);
      const parts = chunks.flatMap((chunk) => chunk.candidates?.[0]?.content?.parts ?? []);
      expect(chunks.at(-1)?.candidates?.[0]?.finishReason).toMatch(/^(STOP|MAX_TOKENS)$/);
      expect(chunks.at(-1)?.usageMetadata?.totalTokenCount).toBeGreaterThan(0);
      upstream.script(playing(wire, name));
      const events = await ask(KEY);
      expect(textIn(events)).toBe(parts.map((part) => (part.thought ? "" : (part.text ?? ""))).join(""));
      expect(events.flatMap((event) => (event.type === "tool_call" ? [event.name] : []))).toEqual(
        parts.flatMap((part) => part.functionCall?.name ?? []),
      );
    },
  );

  it("is asked at the address at which Google's own SDK asks", async () => {
    await readByGoogle(inProject(), "text");
    upstream.script(playing(wire, "text"));
    await ask(serviceAccount());
    expect(upstream.requests[1]?.path).toBe(upstream.requests[0]?.path);
  });
});
