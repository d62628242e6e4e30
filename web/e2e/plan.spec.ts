// The page of plan and usage: meters, the trial of a new workspace, and a workspace that begins nothing.
import { AxeBuilder } from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { Server } from "./server";

const PASSWORD = "nine lemons at dawn";

test("plan and usage are shown, and a workspace can be deactivated", async ({ page, request }) => {
  const server = await Server.start();
  try {
    const made = await request.post(`${server.url}/api/auth/register`, { data: { email: "ada@example.com", password: PASSWORD, name: "Ada" } });
    const { accessToken, workspace } = (await made.json()) as { accessToken: string; workspace: { id: string } };
    const headers = { authorization: `Bearer ${accessToken}` };
    const give = (data: object) => request.put(`${server.url}/api/platform/plans`, { headers, data: { workspaceId: workspace.id, ...data } });
    await give({ plan: "pro", trialDays: 14, limits: { members: 1 } });

    await page.goto(`${server.url}/app/sign-in`);
    await page.getByLabel("E-mail").fill("ada@example.com");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByRole("heading", { name: "Home" })).toBeVisible();
    await page.goto(`${server.url}/app/settings/profile`);
    await page.getByRole("link", { name: "Plan and usage" }).click();
    await expect(page.getByText(/It is there to try until/)).toBeVisible();
    await expect(page.getByRole("meter", { name: "Members and invitations" })).toHaveAttribute("aria-valuenow", "1");
    await expect(page.getByText("1 / 1", { exact: true })).toBeVisible();
    await expect(page.getByRole("columnheader", { name: "Pro" })).toHaveAttribute("aria-current", "true");
    await expectPlans(page);
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);

    const refused = await request.post(`${server.url}/api/workspaces/${workspace.id}/invitations`, { headers, data: { email: "bob@example.com", role: "viewer" } });
    expect(refused.status()).toBe(402);

    await page.getByRole("button", { name: "Deactivate the workspace" }).click();
    await page.getByRole("button", { name: "Deactivate", exact: true }).click();
    await expect(page.getByText(/nothing begins here/)).toBeVisible();
    await page.getByRole("button", { name: "Activate the workspace" }).click();
    await expect(page.getByRole("button", { name: "Deactivate the workspace" })).toBeVisible();

    await page.getByRole("link", { name: "Platform" }).click();
    await expectPlans(page);
  } finally {
    await server.close();
  }
});

/** Each plan says how often it lets ask; on a wide screen all of them are in view, on a narrow one beside the names of limits. */
async function expectPlans(page: Page) {
  const table = page.getByRole("region", { name: "Plans" });
  await expect(table.getByRole("row", { name: /^Requests a minute, all together 300 1,000 / })).toBeVisible();
  await expect(table.getByRole("row", { name: /^Requests a minute, of each caller 100 200 / })).toBeVisible();
  await expect(table.getByRole("columnheader")).toHaveText(["Free", "Starter", "Pro", "Business", "Unlimited"]);
  expect(await table.evaluate((it) => it.scrollWidth <= it.clientWidth)).toBe(true);
  await page.setViewportSize({ width: 360, height: 800 });
  await table.getByRole("columnheader", { name: "Unlimited" }).scrollIntoViewIfNeeded();
  const [last, name] = [await table.getByRole("columnheader", { name: "Unlimited" }).boundingBox(), await table.getByRole("rowheader", { name: "Workflows" }).boundingBox()];
  expect((last?.x ?? 0) + (last?.width ?? 0)).toBeLessThanOrEqual(360);
  expect(name?.x).toBeGreaterThanOrEqual(0);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  await page.setViewportSize({ width: 1280, height: 800 });
}
