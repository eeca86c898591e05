import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { setClock } from "#server/clock";
import { config, setConfig } from "#server/config";
import { stopReadWorkers } from "#server/retrieval/parse/worker-pool";
import { forgetPages, ownPages, type PageCache, teamPages } from "#server/tools/web-search/page-cache";
import { type PageReader, readPage } from "#server/tools/web-search/read-page";
import { installFakeClock } from "#tests/support/fake-clock";
import { pdfOfLines } from "#tests/support/pdf";
import { startWebServer, type WebAnswer, type WebServer } from "#tests/support/web-server";

const before = config();
const PAGE =
  "<html><head><title>Tall towers</title></head><body><nav>Menu</nav><main><p>The tower is 330 metres tall.</p></main></body></html>";

let site: WebServer;
let pages: Record<string, WebAnswer>;

beforeAll(() => setConfig({ ...before, OUTBOUND_ALLOW: "127.0.0.1", WEB_PAGE_MAX_BYTES: 50_000 }));
beforeEach(async () => {
  pages = { "/tower": { body: PAGE } };
  site = await startWebServer(({ url }) => pages[url.pathname]);
});
afterEach(async () => {
  setClock();
  forgetPages();
  await site.close();
});
afterAll(async () => {
  setConfig(before);
  await stopReadWorkers();
});

const ANY = { allowedDomains: [], blockedDomains: [] };
const read = (path: string, cache: PageCache = ownPages(), change: Partial<PageReader> = {}) =>
  readPage(path.startsWith("/") ? site.origin + path : path, {
    ...{ cache, rules: ANY, signal: new AbortController().signal },
    ...change,
  });
const asked = (path: string) => site.requests.filter(({ url }) => url.pathname === path).length;

describe("a page", () => {
  test("is read as its main text, under its title", async () => {
    const page = await read("/tower#height");
    expect(page).toEqual({
      url: `${site.origin}/tower`,
      title: "Tall towers",
      text: "# Tall towers\n\nThe tower is 330 metres tall.",
    });
    expect(site.requests.map(({ headers }) => headers["user-agent"])).toEqual(["Rejoinder/1.0", "Rejoinder/1.0"]);
  });

  test("may be a PDF", async () => {
    pages["/paper"] = {
      headers: { "content-type": "application/pdf" },
      body: Buffer.from(await pdfOfLines([["Towers bend in the wind."]])),
    };
    expect((await read("/paper")).text).toContain("Towers bend in the wind.");
  });

  test("that is giant, or never ends, is read as far as it may", async () => {
    pages["/giant"] = { body: `<p>Begin.</p>${"<p>more and more</p>".repeat(100_000)}` };
    pages["/endless"] = (response) => {
      response.writeHead(200, { "content-type": "text/html" });
      const write = () => {
        while (!response.destroyed && response.write(`<p>${"again ".repeat(1_000)}</p>`));
      };
      response.on("drain", write);
      write();
    };
    for (const path of ["/giant", "/endless"]) {
      const { text } = await read(path);
      expect(text.length).toBeGreaterThan(1_000);
      expect(text.length).toBeLessThan(config().WEB_PAGE_MAX_BYTES);
    }
    pages["/big.pdf"] = { headers: { "content-type": "application/pdf" }, body: Buffer.alloc(100_000, "%PDF-") };
    await expect(read("/big.pdf")).rejects.toThrow(/larger than 50000 bytes/);
  });

  test("that cannot be had is told of in words", async () => {
    pages["/picture"] = {
      headers: { "content-type": "image/png" },
      body: Buffer.from("\u0089PNG\r\n\u001a\n0000", "latin1"),
    };
    pages["/empty"] = { body: "<html></html>" };
    await expect(read("/gone")).rejects.toMatchObject({
      code: "tool_server_error",
      message: expect.stringContaining("answered 404"),
    });
    await expect(read("/picture")).rejects.toThrow(/cannot be read/);
    await expect(read("/empty")).rejects.toThrow(/holds no text/);
    await expect(read("towers")).rejects.toThrow(/is no URL of the web/);
    await expect(read("file:///etc/passwd")).rejects.toThrow(/is no URL of the web/);
  });

  test("is reached neither on this machine nor by a redirect to it", async () => {
    setConfig({ ...config(), OUTBOUND_ALLOW: "" });
    await expect(read("/tower")).rejects.toMatchObject({ code: "outbound_not_allowed" });
    setConfig({ ...config(), OUTBOUND_ALLOW: "127.0.0.1" });
    pages["/away"] = { status: 302, headers: { location: "http://127.0.0.2:1/admin" } };
    await expect(read("/away")).rejects.toMatchObject({ code: "outbound_not_allowed" });
  });

  test("stays within the domains, also behind a redirect and in the cache", async () => {
    const cache = ownPages();
    const rules = { allowedDomains: ["a.example"], blockedDomains: [] };
    await expect(read("/tower", cache, { rules })).rejects.toThrow(/not on a domain/);
    expect(site.requests).toEqual([]);
    pages["/moved"] = { status: 301, headers: { location: `http://localhost:${new URL(site.origin).port}/tower` } };
    setConfig({ ...config(), OUTBOUND_ALLOW: "127.0.0.1,localhost" });
    const here = { allowedDomains: ["127.0.0.1"], blockedDomains: [] };
    await expect(read("/moved", cache, { rules: here })).rejects.toThrow(/localhost.*not on a domain/);
    expect((await read("/moved", cache)).url).toContain("localhost");
    await expect(read("/moved", cache, { rules: here })).rejects.toThrow(/localhost.*not on a domain/);
  });

  test("is waited for no longer than the limit, or its caller", async () => {
    pages["/silent"] = () => undefined;
    const clock = installFakeClock();
    const late = read("/silent");
    late.catch(() => undefined);
    await expect.poll(() => asked("/silent")).toBe(1);
    clock.advance(config().WEB_PAGE_TIMEOUT_SECONDS);
    await expect(late).rejects.toMatchObject({ code: "provider_timeout" });
    const stop = new AbortController();
    const stopped = read("/silent", ownPages(), { signal: stop.signal });
    stopped.catch(() => undefined);
    await expect.poll(() => asked("/silent")).toBe(2);
    stop.abort(new Error("enough"));
    await expect(stopped).rejects.toThrow("enough");
  });
});

describe("robots.txt", () => {
  const robots = (body: string) => ({ headers: { "content-type": "text/plain" }, body });

  test("is heeded, once for a site, for this server's name or all", async () => {
    const cache = ownPages();
    pages["/robots.txt"] = robots("User-agent: *\nDisallow: /private\n\nUser-agent: Other\nDisallow: /\n");
    pages["/private/x"] = { body: PAGE };
    await expect(read("/private/x", cache)).rejects.toThrow(/robots.txt does not let/);
    await read("/tower", cache);
    expect(asked("/robots.txt")).toBe(1);
    expect(asked("/private/x")).toBe(0);
    pages["/robots.txt"] = robots("User-agent: rejoinder\nDisallow: /\n");
    await expect(read("/tower")).rejects.toThrow(/robots.txt does not let/);
  });

  test("that cannot be had lets nobody in when the site is at fault, and everybody when there is none", async () => {
    pages["/robots.txt"] = { status: 503 };
    await expect(read("/tower")).rejects.toThrow(/answered 503/);
    pages["/robots.txt"] = { status: 403 };
    expect((await read("/tower")).title).toBe("Tall towers");
  });

  test("is not asked for where the operator says so", async () => {
    setConfig({ ...config(), WEB_PAGE_ROBOTS: "off" });
    pages["/robots.txt"] = robots("User-agent: *\nDisallow: /\n");
    await read("/tower");
    expect(asked("/robots.txt")).toBe(0);
    setConfig({ ...config(), WEB_PAGE_ROBOTS: "on" });
  });
});

describe("the cache", () => {
  test("is a team's own, and forgets", async () => {
    const clock = installFakeClock();
    await read("/tower", teamPages("team_1"));
    await read("/tower", teamPages("team_1"));
    expect(asked("/tower")).toBe(1);
    await read("/tower", teamPages("team_2"));
    expect(asked("/tower")).toBe(2);
    clock.advance(config().WEB_PAGE_CACHE_SECONDS);
    await read("/tower", teamPages("team_1"));
    expect(asked("/tower")).toBe(3);
  });

  test("holds no more than it may", () => {
    setConfig({ ...config(), WEB_PAGE_CACHE_CHARS: 10_000 });
    const cache = teamPages("team_1");
    const page = { url: "u", title: "", text: "x".repeat(3_000) };
    for (const key of ["a", "b", "c"]) cache.set(key, page);
    expect(["a", "b", "c"].map((key) => cache.get(key) !== null)).toEqual([false, true, true]);
    cache.set("huge", { ...page, text: "x".repeat(20_000) });
    expect(cache.get("huge")).toBeNull();
  });
});
