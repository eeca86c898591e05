import { expect, ownerTest } from "#tests/e2e/fixtures";

ownerTest("a query is compared, explained, saved, run and charted", async ({ page, server, seed, problems }) => {
  await page.goto(`${server.url}/vector-stores/${seed.storeId}/lab`);
  await page.getByRole("textbox", { name: "Query" }).fill("How deep is the harbour?");
  await page.getByRole("button", { name: "Compare two settings" }).click();
  await page.getByRole("group", { name: "Settings B" }).getByRole("combobox", { name: "Ranking" }).click();
  await page.getByRole("option", { name: "Set weights" }).click();
  await page.getByLabel("Vector", { exact: true }).fill("0");
  await page.getByRole("button", { name: "Search", exact: true }).click();
  const first = page.getByRole("list", { name: "Results A" }).getByRole("listitem").first();
  await expect(first).toContainText("dredged to a depth of eleven metres");
  await expect(first).toContainText(/same place|higher|only here/);
  await expect(page.getByRole("list", { name: "Results B" }).getByRole("listitem").first()).toContainText("keyword");

  await page.getByRole("combobox", { name: "File" }).click();
  await page.getByRole("option", { name: "town-report.pdf" }).click();
  await page.getByRole("button", { name: "Explain" }).click();
  await expect(page.getByText("It is among the results.")).toBeVisible();

  await first.getByRole("button", { name: "Mark as expected" }).click();
  await page.getByRole("button", { name: "Save query" }).click();
  await expect(page.getByText("Saved the query")).toBeVisible();

  await page.getByRole("tab", { name: "Test sets" }).click();
  await expect(page.getByText("1 query", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await expect(page.getByText("Figures by run")).toBeVisible();
  const row = page.getByRole("region", { name: "Runs" }).getByRole("row").nth(1);
  await expect(row).toContainText("Completed");
  await expect(row).toContainText("1.000");
  expect(problems).toEqual([]);
});
