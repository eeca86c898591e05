import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, ownerTest as test } from "#tests/e2e/fixtures";
import { openaiClient } from "#tests/support/server";

/** A site of its own: what is not in `pages` is not there. */
async function holdSite(pages: Map<string, string>) {
  const site = createServer((request, response) => {
    const body = pages.get(request.url ?? "");
    response.writeHead(body === undefined ? 404 : 200, { "content-type": "text/html" }).end(body ?? "gone");
  }).listen(0, "127.0.0.1");
  await once(site, "listening");
  const origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  return { origin, close: () => site.close() };
}

test("web pages become files: from a sitemap and by address, with what failed told by page", async ({
  page,
  server,
  key,
  problems,
}) => {
  const pages = new Map([["/market", "<h1>Market</h1><p>The market opens every Saturday at seven.</p>"]]);
  const { origin, close } = await holdSite(pages);
  const locations = ["/market", "/harbour"].map((path) => `<url><loc>${origin}${path}</loc></url>`);
  pages.set("/sitemap.xml", `<urlset>${locations.join("")}</urlset>`);
  const store = await openaiClient(server, key).vectorStores.create({ name: "Town site" });
  await page.goto(`${server.url}/vector-stores/${store.id}`);

  await page.getByRole("button", { name: "Add web pages" }).click();
  await page.getByRole("button", { name: "Sitemap" }).click();
  await page.getByLabel("Address of the sitemap").fill(`${origin}/sitemap.xml`);
  await page.getByRole("button", { name: "Add pages" }).click();
  const imports = page.getByRole("region", { name: "Imports of web pages" });
  await expect(imports).toContainText("1 added, 1 failed");
  await expect(page.getByRole("row").filter({ hasText: "/market.html" })).toContainText("Ready");

  await imports.getByRole("button", { name: /Show pages/ }).click();
  const sheet = page.getByRole("dialog");
  await expect(sheet.getByRole("listitem")).toHaveCount(1);
  await expect(sheet.getByRole("listitem")).toContainText("/harbour");
  await expect(sheet.getByRole("listitem")).toContainText("answered 404");
  await page.keyboard.press("Escape");

  pages.set("/harbour", "<h1>Harbour</h1><p>It was dredged to eleven metres.</p>");
  await imports.getByRole("button", { name: "Fetch 1 page again" }).click();
  await expect(imports).toContainText("2 added");
  await imports.getByRole("button", { name: /off this list/ }).click();
  await expect(imports).toHaveCount(0);

  await page.getByRole("button", { name: "Add web pages" }).click();
  await page.getByRole("textbox", { name: "Addresses" }).fill("ftp://example.com/a");
  await page.getByRole("button", { name: "Add 1 page" }).click();
  await expect(page.getByText("ftp://example.com/a: Only http and https")).toBeVisible();
  await page.getByRole("textbox", { name: "Addresses" }).fill(`${origin}/market`);
  await page.getByRole("button", { name: "Add 1 page" }).click();
  await expect(imports).toContainText("1 unchanged");
  close();
  expect(problems.filter((problem) => !problem.includes("400"))).toEqual([]);
});
