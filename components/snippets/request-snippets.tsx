export interface SnippetRequest {
  /** `https://host`, without a slash at the end. */
  baseUrl: string;
  /** The key itself, or what stands for it: `$REJOINDER_API_KEY`. */
  apiKey: string;
  /** Body of POST /v1/responses. */
  body: Record<string, unknown>;
}

export type SnippetLanguage = "curl" | "javascript" | "python";

const environmentKey = "$REJOINDER_API_KEY";

function indent(text: string, by: number): string {
  return text.replaceAll("\n", `\n${" ".repeat(by)}`);
}

/** The request as a shell command. Quotes inside the body survive a POSIX shell. */
export function curlSnippet({ baseUrl, apiKey, body }: SnippetRequest): string {
  const json = JSON.stringify(body, null, 2).replaceAll("'", `'\\''`);
  const noBuffer = body.stream === true ? " -N" : "";
  return [
    `curl${noBuffer} ${baseUrl}/v1/responses \\`,
    `  -H "Authorization: Bearer ${apiKey}" \\`,
    `  -H "Content-Type: application/json" \\`,
    `  -d '${indent(json, 2)}'`,
  ].join("\n");
}

/** JavaScript object literal: keys unquoted where the language allows it. */
function toJavaScript(value: unknown): string {
  return JSON.stringify(value, null, 2).replaceAll(/^(\s*)"([A-Za-z_$][\w$]*)":/gm, "$1$2:");
}

/** The request with OpenAI's JavaScript client. */
export function javascriptSnippet({ baseUrl, apiKey, body }: SnippetRequest): string {
  const key = apiKey === environmentKey ? "process.env.REJOINDER_API_KEY" : JSON.stringify(apiKey);
  const reading =
    body.stream === true
      ? [
          "",
          "for await (const event of response) {",
          '  if (event.type === "response.output_text.delta") process.stdout.write(event.delta);',
          "}",
        ]
      : ["", "console.log(response.output_text);"];
  return [
    'import OpenAI from "openai";',
    "",
    "const client = new OpenAI({",
    `  baseURL: "${baseUrl}/v1",`,
    `  apiKey: ${key},`,
    "});",
    "",
    `const response = await client.responses.create(${toJavaScript(body)});`,
    ...reading,
  ].join("\n");
}

function toPython(value: unknown, depth: number): string {
  const pad = " ".repeat(depth * 4);
  const inner = `${pad}    `;
  if (value === null || value === undefined) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    return `[\n${value.map((item) => `${inner}${toPython(item, depth + 1)},\n`).join("")}${pad}]`;
  }
  if (typeof value === "object") {
    const entries = Object.entries(value);
    if (entries.length === 0) return "{}";
    const lines = entries.map(([key, item]) => `${inner}${JSON.stringify(key)}: ${toPython(item, depth + 1)},\n`);
    return `{\n${lines.join("")}${pad}}`;
  }
  return JSON.stringify(value);
}

/** The request with OpenAI's Python client. */
export function pythonSnippet({ baseUrl, apiKey, body }: SnippetRequest): string {
  const fromEnvironment = apiKey === environmentKey;
  const parameters = Object.entries(body).map(([name, value]) => `    ${name}=${toPython(value, 1)},`);
  const reading =
    body.stream === true
      ? [
          "",
          "for event in response:",
          '    if event.type == "response.output_text.delta":',
          '        print(event.delta, end="", flush=True)',
        ]
      : ["", "print(response.output_text)"];
  return [
    ...(fromEnvironment ? ["import os", ""] : []),
    "from openai import OpenAI",
    "",
    "client = OpenAI(",
    `    base_url="${baseUrl}/v1",`,
    `    api_key=${fromEnvironment ? 'os.environ["REJOINDER_API_KEY"]' : JSON.stringify(apiKey)},`,
    ")",
    "",
    "response = client.responses.create(",
    ...parameters,
    ")",
    ...reading,
  ].join("\n");
}

/** The request in the language asked for. */
export function snippetOf(language: SnippetLanguage, request: SnippetRequest): string {
  if (language === "curl") return curlSnippet(request);
  return language === "javascript" ? javascriptSnippet(request) : pythonSnippet(request);
}

const webhookJavaScript = (baseUrl: string) => `import OpenAI from "openai";

const client = new OpenAI({ baseURL: "${baseUrl}/v1", apiKey: process.env.REJOINDER_API_KEY });

export async function POST(request) {
  const secret = process.env.REJOINDER_WEBHOOK_SECRET;
  const event = await client.webhooks.unwrap(await request.text(), request.headers, secret);
  if (event.type === "response.completed") {
    const response = await client.responses.retrieve(event.data.id);
    console.log(response.output_text);
  }
  return new Response(null, { status: 204 });
}`;

const webhookPython = (baseUrl: string) => `import os

from flask import Flask, request
from openai import OpenAI

app = Flask(__name__)
client = OpenAI(
    base_url="${baseUrl}/v1",
    api_key=os.environ["REJOINDER_API_KEY"],
    webhook_secret=os.environ["REJOINDER_WEBHOOK_SECRET"],
)


@app.post("/webhooks/rejoinder")
def receive():
    event = client.webhooks.unwrap(request.get_data(as_text=True), request.headers)
    if event.type == "response.completed":
        print(client.responses.retrieve(event.data.id).output_text)
    return "", 204`;

/** A server's side of a webhook: it verifies a delivery and reads the response. */
export function webhookSnippet(language: "javascript" | "python", baseUrl: string): string {
  return language === "javascript" ? webhookJavaScript(baseUrl) : webhookPython(baseUrl);
}
