import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { setClock } from "#server/clock";
import { config, parseConfig, setConfig } from "#server/config";
import { closeMcpSessions } from "#server/tools/mcp/session-pool";
import { searchWeb } from "#server/tools/web-search/search-web";
import { installFakeClock } from "#tests/support/fake-clock";
import { type ScriptedMcpServer, startMcpServer } from "#tests/support/mcp-server";
import { startWebServer, type WebAnswer, type WebServer } from "#tests/support/web-server";

const before = config();
const KEY = "canary-search-key";
let engine: WebServer;
let answer: (query: URLSearchParams) => WebAnswer;

beforeEach(async () => {
  engine = await startWebServer(({ url }) => answer(url.searchParams));
});
afterEach(async () => {
  setClock();
  await engine.close();
});
afterAll(() => setConfig(before));

function use(backend: NonNullable<typeof before.WEB_SEARCH_BACKEND>): void {
  const url = engine.origin;
  setConfig({
    ...before,
    ...{ WEB_SEARCH_BACKEND: backend, WEB_SEARCH_API_KEY: KEY, WEB_SEARCH_URL: url, WEB_SEARCH_ENGINE_ID: "engine-1" },
  });
}

type Options = Parameters<typeof searchWeb>[1];
const options = (change: Partial<Options> = {}): Options => ({
  engine: null,
  count: 5,
  chars: 2_500,
  allowedDomains: [],
  blockedDomains: [],
  location: null,
  teamId: "team_1",
  signal: new AbortController().signal,
  ...change,
});
const search = (change?: Partial<Options>, ...queries: string[]) =>
  searchWeb(queries.length > 0 ? queries : ["tall towers"], options(change));
const last = () => {
  const request = engine.requests.at(-1);
  if (!request) throw new Error("the engine was not asked");
  return { ...request, json: request.body === "" ? {} : JSON.parse(request.body) };
};

const PARIS = {
  type: "approximate" as const,
  country: "FR",
  region: "Île-de-France",
  city: "Paris",
  timezone: "Europe/Paris",
};
const DOMAINS = { allowedDomains: ["a.example", "b.example"], blockedDomains: ["bad.a.example"] };

describe("engines", () => {
  test("Brave is asked with its key, place and operators, and its texts are unescaped", async () => {
    use("brave");
    const found = { url: "https://a.example/x", title: "Towers &amp; more", description: "It&#x27;s tall" };
    answer = () => ({ body: { web: { results: [{ ...found, extra_snippets: ["330 m"], page_age: "2026-01-02" }] } } });
    expect(await search({ ...DOMAINS, location: PARIS })).toEqual([
      { url: "https://a.example/x", title: "Towers & more", text: "Date: 2026-01-02\nIt's tall\n330 m" },
    ]);
    const { url, headers, method } = last();
    expect(method).toBe("GET");
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      q: "tall towers (site:a.example OR site:b.example) -site:bad.a.example",
      count: "5",
      country: "FR",
    });
    expect(headers).toMatchObject({
      "x-subscription-token": KEY,
      "x-loc-city": "Paris",
      "x-loc-timezone": "Europe/Paris",
    });
    expect(headers).not.toHaveProperty("x-loc-state-name");
    answer = () => ({ body: { type: "search" } });
    expect(await search({}, "nothing".repeat(100))).toEqual([]);
    expect(last().url.searchParams.get("q")).toHaveLength(400);
  });

  test("Tavily is told domains, country and depth", async () => {
    use("tavily");
    answer = () => ({
      body: { query: "q", results: [{ url: "https://a.example/", title: "A", content: "Text", score: 0.9 }] },
    });
    expect(await search({ ...DOMAINS, location: PARIS })).toEqual([
      { url: "https://a.example/", title: "A", text: "Text" },
    ]);
    const { headers, json } = last();
    expect(headers.authorization).toBe(`Bearer ${KEY}`);
    expect(json).toEqual({
      query: "tall towers",
      max_results: 5,
      search_depth: "advanced",
      include_domains: DOMAINS.allowedDomains,
      exclude_domains: DOMAINS.blockedDomains,
      country: "france",
    });
  });

  test("Exa is asked for as much text as is wanted", async () => {
    use("exa");
    answer = () => ({
      body: { results: [{ url: "https://a.example/", title: null, publishedDate: "2026-01-02", text: "T" }] },
    });
    expect(await search({ ...DOMAINS, location: PARIS })).toEqual([
      { url: "https://a.example/", title: "", text: "Date: 2026-01-02\nT" },
    ]);
    const { headers, json } = last();
    expect(headers["x-api-key"]).toBe(KEY);
    expect(json).toEqual({
      query: "tall towers",
      numResults: 5,
      contents: { text: { maxCharacters: 2_500 } },
      includeDomains: DOMAINS.allowedDomains,
      excludeDomains: DOMAINS.blockedDomains,
      userLocation: "FR",
    });
  });

  test("SearXNG is asked for JSON at its search, and cut to what is wanted", async () => {
    use("searxng");
    answer = () => ({
      body: { results: Array.from({ length: 30 }, (_, at) => ({ url: `https://a.example/${at}`, content: "c" })) },
    });
    expect(await search()).toHaveLength(5);
    const { url } = last();
    expect(url.pathname).toBe("/search");
    expect(Object.fromEntries(url.searchParams)).toEqual({ q: "tall towers", format: "json" });
  });

  test("Google is asked with its engine, the key in a header", async () => {
    use("google");
    answer = () => ({ body: { items: [{ link: "https://a.example/", title: "A", snippet: "S" }] } });
    expect(await search({ location: PARIS })).toEqual([{ url: "https://a.example/", title: "A", text: "S" }]);
    const { url, headers } = last();
    expect(Object.fromEntries(url.searchParams)).toEqual({ cx: "engine-1", q: "tall towers", num: "5", gl: "fr" });
    expect(headers["x-goog-api-key"]).toBe(KEY);
    expect(url.href).not.toContain(KEY);
    answer = () => ({ body: { queries: {} } });
    expect(await search()).toEqual([]);
  });
});

describe("a search", () => {
  const page = (url: string) => ({ url, title: url, content: "" });
  const urls = async (...args: Parameters<typeof search>) => (await search(...args)).map(({ url }) => url);

  test("of several queries takes turns, and shows no page twice", async () => {
    use("tavily");
    const results = [
      [page("https://a.example/1"), page("https://a.example/2")],
      [page("https://a.example/1"), page("https://a.example/3")],
    ];
    answer = () => ({ body: { results: results.shift() } });
    expect((await urls({}, "one", "two")).sort()).toEqual([1, 2, 3].map((at) => `https://a.example/${at}`));
    expect(engine.requests).toHaveLength(2);
  });

  test("leaves out what is excluded, or is no page, whatever the engine says", async () => {
    use("tavily");
    const given = ["https://a.example/", "https://www.a.example/", "https://nota.example/", "https://bad.a.example/"];
    answer = () => ({ body: { results: [...given, "ftp://a.example/", "javascript:alert(1)", "no url"].map(page) } });
    expect(await urls({ allowedDomains: ["a.example"], blockedDomains: ["bad.a.example"] })).toEqual(given.slice(0, 2));
  });

  test.each([
    [{ status: 401 }, /tavily.*401.*does not know this server's key/],
    [{ status: 429 }, /429.*allows no more/],
    [{ status: 500, body: `echo ${KEY}` }, /answered 500/],
    [{ status: 302, headers: { location: "http://169.254.169.254/" } }, /answered 302/],
    [{ body: "<html>Welcome</html>" }, /cannot be read/],
    [{ body: { results: "none" } }, /cannot be read/],
  ])("fails in our own words when the engine answers %j", async (given, words) => {
    use("tavily");
    answer = () => given;
    const failure: unknown = await search().catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "tool_server_error", message: expect.stringMatching(words) });
    expect(JSON.stringify(failure)).not.toContain(KEY);
  });

  test("goes on without a query that fails", async () => {
    use("brave");
    answer = (query) =>
      query.get("q") === "bad" ? { status: 500 } : { body: { web: { results: [{ url: "https://a.example/" }] } } };
    expect(await urls({}, "bad", "good")).toEqual(["https://a.example/"]);
  });

  test("waits as long as it is told, and no longer than its caller", async () => {
    use("tavily");
    const clock = installFakeClock();
    answer = () => () => undefined;
    const late = search();
    late.catch(() => undefined);
    await expect.poll(() => engine.requests.length).toBe(1);
    clock.advance(config().WEB_SEARCH_TIMEOUT_SECONDS);
    await expect(late).rejects.toMatchObject({ code: "provider_timeout" });
    const stop = new AbortController();
    const stopped = search({ signal: stop.signal });
    stopped.catch(() => undefined);
    await expect.poll(() => engine.requests.length).toBe(2);
    stop.abort(new Error("enough"));
    await expect(stopped).rejects.toThrow("enough");
  });
});

describe("a tool of an MCP server", () => {
  let peer: ScriptedMcpServer;
  beforeEach(async () => {
    peer = await startMcpServer();
    const url = { WEB_SEARCH_URL: peer.url, OUTBOUND_ALLOW: "127.0.0.1" };
    setConfig({ ...before, ...url, WEB_SEARCH_BACKEND: "mcp", WEB_SEARCH_API_KEY: KEY, WEB_SEARCH_TOOL: "find" });
  });
  afterEach(async () => {
    await closeMcpSessions();
    await peer.close();
  });
  const calls = () => peer.messages.filter(({ method }) => method === "tools/call");
  const say = (text: string, isError = false) => {
    peer.script.onCall = ({ result }) => result({ content: [{ type: "text", text }], isError });
  };

  test("is called with the query, by each team in a session of its own", async () => {
    say(JSON.stringify({ results: [{ url: "https://a.example/", title: "A", content: "Text" }] }));
    expect(await search(DOMAINS)).toEqual([{ url: "https://a.example/", title: "A", text: "Text" }]);
    const [call] = calls();
    expect(call?.params).toEqual({
      name: "find",
      arguments: { query: "tall towers (site:a.example OR site:b.example) -site:bad.a.example" },
    });
    expect(call?.headers.authorization).toBe(`Bearer ${KEY}`);
    await search({}, "one", "two");
    expect(peer.openSessions.size).toBe(1);
    await search({ teamId: "team_2" });
    expect(peer.openSessions.size).toBe(2);
  });

  test("of a team's own is asked in its place, by its own argument", async () => {
    say(JSON.stringify([{ link: "https://a.example/", title: "A", snippet: "Text" }]));
    const server = { teamId: "team_1", label: "mine", url: `${peer.url}?key=1`, headers: { "x-key": "of-the-team" } };
    const found = await search({ engine: { name: "mine", server, tool: "look", argument: "q" } });
    expect(found).toEqual([{ url: "https://a.example/", title: "A", text: "Text" }]);
    const [call] = calls();
    expect(call?.params).toEqual({ name: "look", arguments: { q: "tall towers" } });
    expect(call?.headers).toMatchObject({ "x-key": "of-the-team" });
    expect(call?.headers.authorization).toBeUndefined();
  });

  test("that fails, says nothing of pages or is silent is told of in words", async () => {
    say(`No quota for ${KEY}`, true);
    await expect(search()).rejects.toMatchObject({
      code: "tool_server_error",
      message: expect.stringContaining("mcp) failed: No quota"),
    });
    await expect(search()).rejects.not.toThrow(KEY);
    say("Nothing to see");
    await expect(search()).rejects.toThrow(/cannot be read/);
    peer.script.onCall = () => undefined;
    const clock = installFakeClock();
    const count = calls().length;
    const late = search();
    late.catch(() => undefined);
    await expect.poll(() => calls().length).toBe(count + 1);
    clock.advance(config().WEB_SEARCH_TIMEOUT_SECONDS);
    await expect(late).rejects.toMatchObject({ code: "provider_timeout" });
  });
});

test("what an engine needs is asked for at the start", () => {
  expect(() => parseConfig({ WEB_SEARCH_BACKEND: "bing" })).toThrow(/WEB_SEARCH_BACKEND/);
  expect(() => parseConfig({ WEB_SEARCH_BACKEND: "searxng" })).toThrow(/WEB_SEARCH_URL: required/);
  expect(() => parseConfig({ WEB_SEARCH_BACKEND: "exa" })).toThrow(/WEB_SEARCH_API_KEY: required/);
  expect(() => parseConfig({ WEB_SEARCH_BACKEND: "google", WEB_SEARCH_API_KEY: "k" })).toThrow(/ENGINE_ID: required/);
  expect(() => parseConfig({ WEB_SEARCH_BACKEND: "mcp", WEB_SEARCH_URL: "http://m" })).toThrow(/SEARCH_TOOL: required/);
  expect(parseConfig({ WEB_SEARCH_BACKEND: "searxng", WEB_SEARCH_URL: "http://searxng:8080" })).toBeTruthy();
});
