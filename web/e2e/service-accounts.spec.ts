// A service account: made, given a key that opens, disabled, and removed.
import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { Server } from "./server";

const PASSWORD = "nine lemons at dawn";

test("a service account acts by its keys until it is disabled", async ({ page, request }) => {
  const server = await Server.start();
  try {
    await request.post(`${server.url}/api/auth/register`, { data: { email: "ada@example.com", password: PASSWORD, name: "Ada" } });
    await page.goto(`${server.url}/app/settings/keys`);
    await page.getByLabel("E-mail").fill("ada@example.com");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    const dialog = page.getByRole("dialog");
    const choose = async (name: string, entry: string) => {
      await page.getByRole("region", { name: "Service accounts" }).getByRole("button", { name: `More about ${name}` }).click();
      await page.getByRole("menuitem", { name: entry, exact: true }).click();
    };
    await page.getByRole("button", { name: "New service account" }).click();
    await dialog.getByLabel("Name").fill("Android");
    await dialog.getByRole("button", { name: "Make a service account" }).click();
    await choose("Android", "Change…");
    await dialog.getByLabel("Name").fill("Robot");
    await dialog.getByLabel("Role").selectOption("viewer");
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(page.getByRole("region", { name: "Service accounts" }).getByRole("row", { name: /Robot viewer 0/ })).toBeVisible();
    await choose("Robot", "Make a key");
    const key = (await page.getByRole("status").locator("code").textContent()) ?? "";
    const read = async () => (await request.get(`${server.url}/api/workflows`, { headers: { "x-api-key": key } })).status();
    expect(await read()).toBe(200);
    await choose("Robot", "Disable");
    await expect(page.getByText("disabled", { exact: true })).toBeVisible();
    expect(await read()).toBe(401);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
      await page.screenshot({ path: `test-results/service-accounts-${colorScheme}.png`, fullPage: true });
    }
    await page.setViewportSize({ width: 360, height: 740 });
    await page.screenshot({ path: "test-results/service-accounts-narrow.png", fullPage: true });
    await choose("Robot", "Enable");
    await expect(page.getByText("disabled", { exact: true })).toHaveCount(0);
    expect(await read()).toBe(200);
    await choose("Robot", "Remove");
    await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
    await expect(page.getByText("No service accounts yet. A robot or another system acts as one.")).toBeVisible();
    expect(await read()).toBe(401);
  } finally {
    await server.close();
  }
});
