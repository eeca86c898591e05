import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, harbourPdf, storeWith, ownerTest as test } from "#tests/e2e/fixtures";
import { openaiClient } from "#tests/support/server";

/** A folder with a folder in it, a hidden file, and a file that cannot be read. */
async function makeFolder(): Promise<string> {
  const folder = join(await mkdtemp(join(tmpdir(), "rejoinder-folder-")), "town");
  await mkdir(join(folder, "reports"), { recursive: true });
  await writeFile(join(folder, "reports", "harbour.pdf"), await harbourPdf());
  await writeFile(join(folder, "market.md"), "# The market\n\nThe market opens every Saturday at seven.");
  await writeFile(join(folder, "broken.pdf"), "%PDF-1.7 and no more");
  await writeFile(join(folder, ".hidden"), "Nobody means to give this away.");
  return folder;
}

test("a folder is uploaded, watched, filtered and read, and a file that is there already is left out", async ({
  page,
  server,
  key,
  problems,
}) => {
  const store = await openaiClient(server, key).vectorStores.create({ name: "Folder" });
  const folder = await makeFolder();
  await page.goto(`${server.url}/vector-stores/${store.id}`);
  await page.getByLabel("Choose a folder").and(page.locator("input")).setInputFiles(folder);
  const rowOf = (name: string) => page.getByRole("row").filter({ hasText: name });
  await expect(rowOf("town/reports/harbour.pdf")).toContainText("Ready");
  await expect(rowOf("town/market.md")).toContainText("Ready");
  await expect(rowOf("town/broken.pdf")).toContainText("Failed");
  await expect(rowOf("town/broken.pdf")).toContainText("damaged");
  await expect(rowOf(".hidden")).toHaveCount(0);
  await page.reload();
  await expect(rowOf("town/market.md")).toContainText("Ready");

  await page.getByRole("button", { name: "Paste text" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Copy.md");
  await page.getByLabel("Text", { exact: true }).fill("# The market\n\nThe market opens every Saturday at seven.");
  await page.getByRole("button", { name: "Add text" }).click();
  await expect(page.getByText("Same content as town/market.md")).toBeVisible();
  await page.getByRole("button", { name: "Skip Copy.md" }).click();
  await expect(page.getByRole("region", { name: "Uploads" })).toHaveCount(0);
  await expect(rowOf("Copy.md")).toHaveCount(0);

  await page.getByLabel("Find by name").fill("reports/");
  await page.getByLabel("Find by name").press("Enter");
  await expect(rowOf("town/market.md")).toHaveCount(0);
  await rowOf("harbour.pdf").getByRole("link").click();
  await expect(page).toHaveURL(/\/files\//);
  await page.getByLabel("Find in this file").fill("eleven metres");
  await page.getByLabel("Find in this file").press("Enter");
  await expect(page.getByText("Page 2 of 3")).toBeVisible();
  await expect(page.getByText("1 of 1", { exact: true })).toBeVisible();
  await rm(folder, { recursive: true });
  expect(problems).toEqual([]);
});

test("attributes are given to several files at once, each of its own type", async ({ page, server, key, problems }) => {
  const client = openaiClient(server, key);
  const texts = ["one.md", "two.md"].map((name) => new File([`Text of ${name}.`], name));
  const { storeId } = await storeWith(client, { name: "Attributes", files: texts });
  await page.goto(`${server.url}/vector-stores/${storeId}`);
  await page.getByLabel("Choose all files shown").click();
  await page.getByRole("button", { name: "Edit attributes" }).click();
  await page.getByLabel("Name of attribute 1").fill("year");
  await page.getByLabel("Type of year").click();
  await page.getByRole("option", { name: "Number" }).click();
  await page.getByLabel("Value of year").fill("soon");
  await page.getByRole("button", { name: "Change 2 files" }).click();
  await expect(page.getByText("That is not a number.")).toBeVisible();
  await page.getByLabel("Value of year").fill("1987");
  await page.getByRole("button", { name: "Change 2 files" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  const files = await client.vectorStores.files.list(storeId);
  expect(files.data.map((file) => file.attributes)).toEqual([{ year: 1987 }, { year: 1987 }]);
  expect(problems).toEqual([]);
});

test("a hit of a search and a citation of an answer open the file at the passage", async ({
  page,
  server,
  seed,
  problems,
}) => {
  await page.goto(`${server.url}/vector-stores/${seed.storeId}`);
  await page.getByRole("tab", { name: "Test search" }).click();
  await page.getByLabel("Query").fill("How deep is the harbour?");
  await page.getByRole("button", { name: "Search", exact: true }).click();
  await page.getByRole("article").first().getByRole("link").click();
  await expect(page).toHaveURL(/\/files\/.+\?chunk=/);
  await expect(page.getByText("Page 2 of 3")).toBeVisible();
  const passages = page.getByRole("region", { name: "Passages", exact: true });
  await expect(passages.getByRole("button", { pressed: true })).toContainText("dredged");

  await page.goto(`${server.url}/responses/${seed.responseId}`);
  await page
    .getByRole("button", { name: /^Source 1/ })
    .first()
    .click();
  await page.getByRole("link", { name: "Open the file at this passage" }).click();
  await expect(page).toHaveURL(/\/files\/.+\?chunk=/);
  await expect(page.getByText("Page 2 of 3")).toBeVisible();
  await page.getByRole("button", { name: "Page after" }).click();
  await expect(page.getByText("Page 3 of 3")).toBeVisible();
  expect(problems).toEqual([]);
});
