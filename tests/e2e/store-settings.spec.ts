import { expect, storeWith, ownerTest as test } from "#tests/e2e/fixtures";
import { openaiClient } from "#tests/support/server";

test("a store is told how to cut, search and end, and shows what embedding it took", async ({
  page,
  server,
  key,
  problems,
}) => {
  const client = openaiClient(server, key);
  const text = "The harbour was dredged to eleven metres. ".repeat(60);
  const files = [new File([text], "harbour.txt")];
  const { storeId } = await storeWith(client, { name: "Ledger", metadata: { town: "Amber" }, files });
  await page.goto(`${server.url}/vector-stores/${storeId}`);

  await page.getByRole("tab", { name: "Usage" }).click();
  const row = page.getByRole("region", { name: "Embedding by month" }).getByRole("row").nth(1);
  await expect(row).toContainText("builtin/hash-1024");
  await expect(row).toContainText("$0.00");

  await page.getByRole("tab", { name: "Settings" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Harbour ledger");
  await page.getByRole("button", { name: "Add metadata" }).click();
  await page.getByLabel("Name of entry 2").fill("year");
  await page.getByLabel("Value of year").fill("1987");
  await page.getByRole("combobox", { name: "How files are cut" }).click();
  await page.getByRole("option", { name: "Set sizes" }).click();
  await page.getByLabel("Tokens of a passage").fill("50");
  await page.getByRole("combobox", { name: "Weights" }).click();
  await page.getByRole("option", { name: "Set weights" }).click();
  await page.getByLabel("Vector", { exact: true }).fill("0.5");
  await page.getByLabel("Least score").fill("0.2");
  await page.getByRole("combobox", { name: "Model that rewrites questions" }).click();
  await page.getByRole("option", { name: "builtin/demo", exact: true }).click();
  await page.getByRole("button", { name: "Save settings" }).click();
  await expect(page.getByText("Give 100 to 4,096 tokens.")).toBeVisible();
  await page.getByLabel("Tokens of a passage").fill("120");
  await page.getByRole("button", { name: "Save settings" }).click();
  await expect(page.getByText("Saved the settings")).toBeVisible();

  const saved = { name: "Harbour ledger", metadata: { town: "Amber", year: "1987" } };
  expect(await client.vectorStores.retrieve(storeId)).toMatchObject({
    ...saved,
    chunking_strategy: { type: "static", static: { max_chunk_size_tokens: 120, chunk_overlap_tokens: 0 } },
    search_settings: {
      rewrite_model: "builtin/demo",
      hybrid_search: { embedding_weight: 0.5, text_weight: 1 },
      score_threshold: 0.2,
    },
  });
  await page.reload();
  await page.getByRole("tab", { name: "Settings" }).click();
  await expect(page.getByLabel("Tokens of a passage")).toHaveValue("120");
  await expect(page.getByLabel("Value of town")).toHaveValue("Amber");

  await page.getByRole("button", { name: "Change model" }).click();
  await page.getByLabel("Before each passage").fill("passage: ");
  await page.getByRole("button", { name: "Embed again" }).click();
  await expect(page.getByRole("definition").filter({ hasText: "passage:" })).toBeVisible();
  expect(await client.vectorStores.retrieve(storeId)).toMatchObject({
    embedding: { model: "builtin/hash-1024", document_prefix: "passage: " },
    embedding_build: { status: "completed" },
  });
  expect(problems).toEqual([]);
});
