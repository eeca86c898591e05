import type { Page } from "@playwright/test";
import { expect, ownerTest } from "#tests/e2e/fixtures";
import { allPages } from "#tests/e2e/pages";

const CONTROLS = "button:enabled:visible, a[href]:visible, [role=tab]:visible, [role=switch]:visible";

interface Effect {
  mutations: number;
}

declare global {
  interface Window {
    effect: Effect;
  }
}

/** Counts every change of the document from now on. */
async function observe(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.effect = { mutations: 0 };
    new MutationObserver((records) => {
      window.effect.mutations += records.length;
    }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  });
}

async function open(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.locator("[data-skeleton]")).toHaveCount(0);
}

/** Clicks the control at `index` and says whether the URL, the document or the network noticed. */
async function clickHasEffect(page: Page, index: number): Promise<boolean> {
  let noticed = 0;
  const notice = () => {
    noticed++;
  };
  page.on("request", notice);
  page.on("framenavigated", notice);
  page.on("download", notice);
  page.on("filechooser", notice);
  page.context().on("page", notice);
  const before = page.url();
  await observe(page);
  const control = page.locator(CONTROLS).nth(index);
  // The skip link shows itself only to the keyboard.
  if ((await control.getAttribute("href"))?.startsWith("#")) await control.press("Enter");
  else await control.click({ timeout: 10_000 });
  const changed = async () =>
    noticed > 0 || page.url() !== before || (await page.evaluate(() => window.effect?.mutations ?? 1)) > 0;
  const effect = await expect
    .poll(() => changed().catch(() => true), { timeout: 5_000 })
    .toBe(true)
    .then(
      () => true,
      () => false,
    );
  page.off("request", notice);
  page.off("framenavigated", notice);
  page.off("download", notice);
  page.off("filechooser", notice);
  page.context().off("page", notice);
  return effect;
}

/** A control's name, for the failure message and to visit the shell's own controls once only. */
function nameOf(page: Page, index: number): Promise<string> {
  return page
    .locator(CONTROLS)
    .nth(index)
    .evaluate((element) => {
      const name = element.getAttribute("aria-label") ?? element.textContent ?? "";
      return `${element.tagName.toLowerCase()} "${name.trim().slice(0, 60)}" ${element.getAttribute("href") ?? ""}`;
    });
}

/**
 * What makes a control the same as another, and tried once: its column in a table, whose rows are alike; a link's address;
 * a name in the shell. Null for all others, which are their page's own.
 */
function placeOf(page: Page, index: number): Promise<string | null> {
  return page
    .locator(CONTROLS)
    .nth(index)
    .evaluate((element) => {
      const cell = element.closest("tbody td");
      if (cell instanceof HTMLTableCellElement) {
        const table = cell.closest("table")?.getAttribute("aria-label") ?? "";
        const among = [...cell.querySelectorAll("button, a")].indexOf(element);
        return `${location.pathname} ${table} column ${cell.cellIndex} control ${among}`;
      }
      if (element instanceof HTMLAnchorElement && !element.hash) return element.href;
      if (element.closest("nav, aside, [data-shell]") === null) return null;
      return `${element.getAttribute("aria-label") ?? ""} ${(element.textContent ?? "").trim()}`;
    });
}

function holdsAlready(page: Page, index: number): Promise<boolean> {
  return page
    .locator(CONTROLS)
    .nth(index)
    .evaluate((element) =>
      ["aria-current", "aria-pressed", "aria-selected"].some((name) =>
        ["page", "true"].includes(element.getAttribute(name) ?? ""),
      ),
    );
}

for (const half of [0, 1]) {
  ownerTest(
    `every enabled button and link does something, and none logs an error: half ${half + 1} of the pages`,
    async ({ page, server, seed, problems }) => {
      ownerTest.setTimeout(600_000);
      await page.context().grantPermissions(["clipboard-read", "clipboard-write"], { origin: server.url });
      const visited = new Set<string>();
      const dead: string[] = [];
      for (const path of allPages(seed).filter((_, place) => place % 2 === half)) {
        const url = server.url + path;
        await open(page, url);
        const count = await page.locator(CONTROLS).count();
        let isFresh = true;
        for (let index = 0; index < count; index++) {
          if (!isFresh) await open(page, url);
          isFresh = true;
          if ((await page.locator(CONTROLS).count()) <= index) break;
          const name = await nameOf(page, index);
          const place = await placeOf(page, index);
          const key = place ?? `${path} ${name}`;
          // A link to the page one is on, and a choice that holds already, change nothing, rightly.
          if (visited.has(key) || (await holdsAlready(page, index))) continue;
          visited.add(key);
          isFresh = false;
          if (!(await clickHasEffect(page, index))) dead.push(`${path}: ${name}`);
          expect.soft({ path, name, problems }).toEqual({ path, name, problems: [] });
          problems.length = 0;
          for (const extra of page.context().pages().slice(1)) await extra.close();
        }
      }
      expect(dead).toEqual([]);
      expect(visited.size).toBeGreaterThan(40);
    },
  );
}
