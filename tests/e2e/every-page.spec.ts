import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, ownerTest, test } from "#tests/e2e/fixtures";
import { allPages, PAGES } from "#tests/e2e/pages";

async function seriousViolations(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter((violation) => violation.impact === "serious" || violation.impact === "critical")
    .map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.target.join(" ")).join(", ")}`);
}

/** The page has no skeleton left: its data is there. */
async function whenLoaded(page: Page): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.locator("[data-skeleton]")).toHaveCount(0);
}

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [1440, 390]) {
    ownerTest.describe(`${colorScheme}, ${width} px`, () => {
      ownerTest.use({ colorScheme, viewport: { width, height: 900 } });
      ownerTest(
        "every page loads without an error, fits the width and passes axe",
        async ({ page, server, seed, problems }) => {
          ownerTest.setTimeout(180_000);
          for (const path of allPages(seed)) {
            await page.goto(server.url + path);
            await whenLoaded(page);
            expect.soft({ path, problems }).toEqual({ path, problems: [] });
            expect.soft({ path, violations: await seriousViolations(page) }).toEqual({ path, violations: [] });
            const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
            expect.soft({ path, overflow: Math.max(0, overflow) }).toEqual({ path, overflow: 0 });
            problems.length = 0;
          }
        },
      );
    });
  }
}

test("the public pages pass axe", async ({ page, server, session: _owner, problems }) => {
  await page.goto(`${server.url}/sign-in`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  expect(await seriousViolations(page)).toEqual([]);
  expect(problems).toEqual([]);
});

test("a page asks a stranger to sign in", async ({ page, server, session: _owner }) => {
  for (const path of PAGES) {
    await page.goto(server.url + path);
    await expect(page).toHaveURL(/\/sign-in/);
  }
});
