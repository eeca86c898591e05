import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { curlSnippet, javascriptSnippet, pythonSnippet } from "./request-snippets.tsx";

const body = {
  model: "builtin/demo",
  input: `It's "quoted" $HOME \`x\``,
  tools: [],
  metadata: { ok: true, none: null },
};
const request = { baseUrl: "http://localhost:8080", apiKey: "$REJOINDER_API_KEY", body };

describe("curlSnippet", () => {
  it("hands the body to curl as it is, whatever it quotes", () => {
    const printed = curlSnippet(request).replace(/^curl/, "printf '%s\\n'");
    const shown = execFileSync("sh", ["-c", printed], { encoding: "utf8" });
    const json = shown.slice(shown.indexOf("{"), shown.lastIndexOf("}") + 1);
    expect(JSON.parse(json)).toEqual(body);
  });
  it("asks curl not to buffer a stream", () =>
    expect(curlSnippet({ ...request, body: { ...body, stream: true } })).toMatch(/^curl -N /));
});

describe("javascriptSnippet", () => {
  it("is an object literal that evaluates to the body", () => {
    const snippet = javascriptSnippet(request);
    const literal = snippet.slice(snippet.indexOf("create(") + 7, snippet.indexOf(");\n\nconsole"));
    expect(new Function(`return ${literal}`)()).toEqual(body);
  });
  it("reads the key from the environment, or carries it", () => {
    expect(javascriptSnippet(request)).toContain("apiKey: process.env.REJOINDER_API_KEY");
    expect(javascriptSnippet({ ...request, apiKey: "rj_abc" })).toContain('apiKey: "rj_abc"');
  });
});

describe("pythonSnippet", () => {
  it("spells true and null as Python does", () => {
    const snippet = pythonSnippet(request);
    expect(snippet).toContain('"ok": True');
    expect(snippet).toContain('"none": None');
    expect(snippet).toContain("tools=[]");
  });
});
