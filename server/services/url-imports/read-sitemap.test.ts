import { expect, it } from "vitest";
import { readSitemap } from "#server/services/url-imports/read-sitemap";

const urlset = (...urls: string[]) =>
  `<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${urls
    .map((url) => `<url><loc> ${url} </loc><lastmod>2026-01-01</lastmod></url>`)
    .join("\n")}</urlset>`;

it("reads the pages of a sitemap, not the images on them", async () => {
  const image = "<image:image><image:loc>https://a.example/cat.png</image:loc></image:image>";
  const xml = urlset("https://a.example/?a=1&amp;b=2", "https://a.example/two").replace("</url>", `${image}</url>`);
  expect(await readSitemap(xml, 10)).toEqual({
    sitemaps: [],
    pages: ["https://a.example/?a=1&b=2", "https://a.example/two"],
  });
});

it("reads an index of sitemaps, and prefixed names", async () => {
  const xml =
    '<s:sitemapindex xmlns:s="x"><s:sitemap><s:loc><![CDATA[https://a.example/1.xml]]></s:loc></s:sitemap></s:sitemapindex>';
  expect(await readSitemap(xml, 10)).toEqual({ sitemaps: ["https://a.example/1.xml"], pages: [] });
});

it("reads a plain list of addresses", async () => {
  expect(await readSitemap("https://a.example/1\r\n\n  https://a.example/2\n", 10)).toEqual({
    sitemaps: [],
    pages: ["https://a.example/1", "https://a.example/2"],
  });
});

it("stops at the limit, over many slices", async () => {
  const many = Array.from({ length: 5_000 }, (_, at) => `https://a.example/page/${at}`);
  const { pages } = (await readSitemap(urlset(...many), 4_000)) ?? { pages: [] };
  expect(pages).toEqual(many.slice(0, 4_000));
});

it("expands no declared entity", async () => {
  const bomb = '<!DOCTYPE urlset [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>';
  const sitemap = await readSitemap(bomb + urlset("https://a.example/&b;"), 10);
  expect(sitemap?.pages.join("").length ?? 0).toBeLessThan(40);
});

it.each(["<html><body>Sign in</body></html>", '{"error":"no"}', "", "<rss><loc>https://a.example</loc></rss>"])(
  "is none: %s",
  async (text) => {
    expect(await readSitemap(text, 10)).toBeNull();
  },
);
