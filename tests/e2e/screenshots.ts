import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright";
import { PAGES } from "#tests/e2e/pages";

// Takes a picture of every page, at two widths and in both themes: for people to look at.
//   node tests/e2e/screenshots.ts <url> <folder> <email> <password> [path ...]

const [url = "", folder = "", email = "", password = "", ...wanted] = process.argv.slice(2);
const installed = "/usr/bin/chromium";

const browser = await chromium.launch({
  ...(existsSync(installed) ? { executablePath: installed } : {}),
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
});
const signedIn = await browser.newContext();
const { csrfToken } = await (await signedIn.request.get(`${url}/api/auth/csrf`)).json();
await signedIn.request.post(`${url}/api/auth/callback/credentials`, {
  form: { csrfToken, email, password, json: "true" },
});
const storageState = await signedIn.storageState();

mkdirSync(folder, { recursive: true });
for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [1440, 390]) {
    const context = await browser.newContext({ storageState, colorScheme, viewport: { width, height: 900 } });
    const page = await context.newPage();
    for (const path of wanted.length > 0 ? wanted : PAGES) {
      await page.goto(url + path, { waitUntil: "networkidle" });
      const name = path.slice(1).replaceAll("/", "-").slice(0, 30) || "home";
      await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`) });
    }
    await context.close();
  }
}
await browser.close();
