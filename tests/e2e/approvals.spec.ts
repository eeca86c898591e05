import { askForApproval, expect, ownerTest } from "#tests/e2e/fixtures";
import { openaiClient } from "#tests/support/server";

ownerTest(
  "what waits is denied in the inbox, and approved on its page",
  async ({ page, server, key, shop, problems }) => {
    const client = openaiClient(server, key);
    await askForApproval(client, shop);
    await page.goto(`${server.url}/approvals`);
    await expect(page.getByRole("link", { name: /Approvals \d+ pending/ })).toBeVisible();
    const call = page.getByRole("region", { name: "Call of order" }).first();
    await expect(call).toContainText("thing");
    await call.getByRole("button", { name: "Deny" }).click();
    await call.getByRole("textbox", { name: "Reason" }).fill("We have enough tea.");
    await call.getByRole("button", { name: "Deny call" }).click();
    await page.getByRole("status").filter({ hasText: "The run goes on" }).getByRole("link").click();
    await expect(page.getByText("We have enough tea.").first()).toBeVisible();
    await expect(page.getByText("Denied the call")).toBeVisible();
    expect(shop.methods()).not.toContain("tools/call");

    const asking = await askForApproval(client, shop);
    await page.goto(`${server.url}/responses/${asking}`);
    await page.getByRole("button", { name: "Approve" }).click();
    await expect(page.getByRole("button", { name: /Called order on shop/ })).toBeVisible();
    await expect(page).not.toHaveURL(new RegExp(asking));
    expect(shop.methods().filter((method) => method === "tools/call")).toHaveLength(1);
    expect(problems).toEqual([]);
  },
);
