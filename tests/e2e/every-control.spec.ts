import type { Page } from "@playwright/test";
import { expect, openPage, ownerTest } from "#tests/e2e/fixtures";
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

/** Clicks the control at `index` and says whether the URL, the document or the network noticed. */
async function clickHasEffect(page: Page, index: number, isSkipLink: boolean): Promise<boolean> {
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
  if (isSkipLink) await control.press("Enter");
  else await control.click();
  const changed = async () =>
    noticed > 0 || page.url() !== before || (await page.evaluate(() => window.effect?.mutations ?? 1)) > 0;
  const effect = await expect
    .poll(() => changed().catch(() => true), { timeout: 20_000 })
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

/** A control as it stands on a page that was just opened. */
interface Control {
  /** For the failure message. */
  name: string;
  /**
   * What makes it the same as another, and tried once: its column in a table, whose rows are alike; a link's address; a
   * name in the shell. Null for all others, which are their page's own.
   */
  place: string | null;
  /** A link to the page one is on, or a choice that holds: it changes nothing, rightly. */
  holdsAlready: boolean;
  /** The link leads to a part of the page that shows itself only to the keyboard. */
  isSkipLink: boolean;
}

/** All controls in the order of `CONTROLS`, in one look: asked one by one they take longer than to be clicked. */
function controlsOf(page: Page): Promise<Control[]> {
  return page.locator(CONTROLS).evaluateAll((elements) => {
    const placeOf = (element: Element): string | null => {
      const cell = element.closest("tbody td");
      if (cell instanceof HTMLTableCellElement) {
        const table = cell.closest("table")?.getAttribute("aria-label") ?? "";
        const among = [...cell.querySelectorAll("button, a")].indexOf(element);
        return `${location.pathname} ${table} column ${cell.cellIndex} control ${among}`;
      }
      if (element instanceof HTMLAnchorElement && !element.hash) return element.href;
      if (element.closest("nav, aside, [data-shell]") === null) return null;
      return `${element.getAttribute("aria-label") ?? ""} ${(element.textContent ?? "").trim()}`;
    };
    return elements.map((element) => {
      const words = (element.getAttribute("aria-label") ?? element.textContent ?? "").trim().slice(0, 60);
      const href = element.getAttribute("href") ?? "";
      return {
        name: `${element.tagName.toLowerCase()} "${words}" ${href}`,
        place: placeOf(element),
        holdsAlready: ["aria-current", "aria-pressed", "aria-selected"].some((name) =>
          ["page", "true"].includes(element.getAttribute(name) ?? ""),
        ),
        isSkipLink: href.startsWith("#"),
      };
    });
  });
}

// Together they take longest: each worker has one.
ownerTest.describe.configure({ mode: "parallel" });

for (const half of [0, 1]) {
  ownerTest(
    `every enabled button and link does something, and none logs an error: half ${half + 1} of the pages`,
    async ({ page, server, seed, problems }) => {
      ownerTest.setTimeout(1_800_000);
      await page.context().grantPermissions(["clipboard-read", "clipboard-write"], { origin: server.url });
      const visited = new Set<string>();
      const dead: string[] = [];
      for (const path of allPages(seed).filter((_, place) => place % 2 === half)) {
        const keyOf = ({ place, name }: Control) => place ?? `${path} ${name}`;
        const isUntried = (control: Control) => !control.holdsAlready && !visited.has(keyOf(control));
        let controls: Control[] = [];
        let at = -1;
        // Onwards only: a name that tells the time is another after each load.
        const next = () => controls.findIndex((control, place) => place > at && isUntried(control));
        do {
          await openPage(page, server.url + path);
          controls = await controlsOf(page);
          at = next();
          const control = controls[at];
          if (!control) break;
          const { name } = control;
          visited.add(keyOf(control));
          if (!(await clickHasEffect(page, at, control.isSkipLink))) dead.push(`${path}: ${name}`);
          expect.soft({ path, name, problems }).toEqual({ path, name, problems: [] });
          problems.length = 0;
          for (const extra of page.context().pages().slice(1)) await extra.close();
        } while (next() >= 0);
      }
      expect(dead).toEqual([]);
      expect(visited.size).toBeGreaterThan(40);
    },
  );
}
