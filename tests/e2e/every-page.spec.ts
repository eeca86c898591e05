import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, openPage, ownerTest, test } from "#tests/e2e/fixtures";
import { allPages, PAGES } from "#tests/e2e/pages";

async function seriousViolations(page: Page): Promise<string[]> {
  // No page has frames: one look in the page itself, where axe else opens another page to put the looks at all frames together.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ["violations"] });
  const { violations } = await axe.analyze();
  return violations
    .filter((violation) => violation.impact === "serious" || violation.impact === "critical")
    .map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.target.join(" ")).join(", ")}`);
}

async function expectSound(page: Page, where: { path: string; colorScheme: string }): Promise<void> {
  expect.soft({ ...where, frames: page.frames().length }).toEqual({ ...where, frames: 1 });
  expect.soft({ ...where, violations: await seriousViolations(page) }).toEqual({ ...where, violations: [] });
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect.soft({ ...where, overflow: Math.max(0, overflow) }).toEqual({ ...where, overflow: 0 });
}

// Each width is loaded in one theme and turned to the other, which is CSS alone.
const LOOKS = [
  { width: 1440, colorSchemes: ["light", "dark"] },
  { width: 390, colorSchemes: ["dark", "light"] },
] as const;

for (const { width, colorSchemes } of LOOKS) {
  ownerTest.describe(`${width} px`, () => {
    ownerTest.use({ viewport: { width, height: 900 } });
    ownerTest(
      "every page loads without an error, fits the width and passes axe in either theme",
      async ({ page, server, seed, problems }) => {
        ownerTest.setTimeout(600_000);
        for (const path of allPages(seed)) {
          // Without motion a theme is there at once, not after a passage through colours between.
          await page.emulateMedia({ colorScheme: colorSchemes[0], reducedMotion: "reduce" });
          await openPage(page, server.url + path);
          await expectSound(page, { path, colorScheme: colorSchemes[0] });
          await page.emulateMedia({ colorScheme: colorSchemes[1], reducedMotion: "reduce" });
          await expectSound(page, { path, colorScheme: colorSchemes[1] });
          expect.soft({ path, problems }).toEqual({ path, problems: [] });
          problems.length = 0;
        }
      },
    );
  });
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
