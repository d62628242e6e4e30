// The audit log: what was just done stands there, is searched, opened and proved.
import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { enter } from "./steps";

test("a change stands in the audit log", async ({ page }) => {
  await enter(page);
  await page.goto("/app/settings/variables");
  await page.getByRole("textbox", { name: "Name" }).fill("audited");
  await page.getByRole("textbox", { name: "Value" }).fill("hidden");
  await page.getByRole("button", { name: "Add" }).click();
  await expect(page.getByRole("cell", { name: "audited", exact: true })).toBeVisible();
  await page.getByRole("link", { name: "Audit log" }).click();
  await expect(page.getByText(/Chain verified/)).toBeVisible();
  await page.getByRole("searchbox", { name: "Search" }).fill("audited");
  await page.getByRole("textbox", { name: "Action" }).fill("variable.create");
  await page.getByRole("button", { name: "variable.create" }).first().click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText("audited")).toBeVisible();
  await expect(dialog.getByText("hidden")).toHaveCount(0);
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await dialog.getByRole("button", { name: "Close" }).click();
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export" }).click();
  expect((await saved).suggestedFilename()).toBe("audit.csv");
  await page.getByRole("searchbox", { name: "Search" }).fill("nothing is like this");
  await expect(page.getByText("No entry is like this.")).toBeVisible();
});
