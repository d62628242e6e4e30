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
    await page.getByLabel("Name of the service account").fill("Robot");
    await page.getByRole("button", { name: "Make a service account" }).click();
    await page.getByRole("button", { name: "Make a key for Robot" }).click();
    const key = (await page.getByRole("status").locator("code").textContent()) ?? "";
    const read = async () => (await request.get(`${server.url}/api/workflows`, { headers: { "x-api-key": key } })).status();
    expect(await read()).toBe(200);
    await page.getByRole("button", { name: "Disable Robot" }).click();
    await expect(page.getByText("disabled")).toBeVisible();
    expect(await read()).toBe(401);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
      await page.screenshot({ path: `test-results/service-accounts-${colorScheme}.png`, fullPage: true });
    }
    await page.setViewportSize({ width: 360, height: 740 });
    await page.screenshot({ path: "test-results/service-accounts-narrow.png", fullPage: true });
    await page.getByRole("button", { name: "Remove Robot" }).click();
    await page.getByRole("dialog").or(page.getByRole("alertdialog")).getByRole("button", { name: "Remove" }).click();
    await expect(page.getByRole("button", { name: "Remove Robot" })).toHaveCount(0);
  } finally {
    await server.close();
  }
});
