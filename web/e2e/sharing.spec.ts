// A workflow that is made private and shared, and a credential; seen by the one who shares and by the other.
import { AxeBuilder } from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { Server } from "./server";

const PASSWORD = "nine lemons at dawn";

async function signIn(page: Page, url: string, email: string, path: string) {
  await page.goto(`${url}${path}`);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

async function isClean(page: Page, name: string) {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 800 });
      const found = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa"]).analyze();
      expect.soft(found.violations.map((it) => `${name}: ${it.id}: ${it.nodes[0]?.html}`)).toEqual([]);
      const isWide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
      expect.soft(isWide, `${name} scrolls sideways`).toBe(false);
      await page.screenshot({ path: `test-results/sharing-${name}-${colorScheme}-${width}.png` });
    }
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 1280, height: 800 });
}

test("what is restricted is there for whom it is shared with, as far as it is", async ({ page, browser, request }) => {
  const server = await Server.start();
  const other = await browser.newContext();
  try {
    const ada = await (await request.post(`${server.url}/api/auth/register`, { data: { email: "ada@example.com", password: PASSWORD, name: "Ada" } })).json();
    const headers = { authorization: `Bearer ${ada.accessToken}` };
    const invited = await (await request.post(`${server.url}/api/workspaces/${ada.workspace.id}/invitations`, { headers, data: { email: "eve@example.com", role: "editor" } })).json();
    await request.post(`${server.url}/api/auth/register`, { data: { email: "eve@example.com", password: PASSWORD, name: "Eve", invitation: invited.link.split("#")[1] } });
    const nodes = [{ id: "a", name: "Start", type: "trigger.manual", version: 1, position: [0, 0], parameters: {} }];
    const made = await (await request.post(`${server.url}/api/workflows`, { headers, data: { format: 1, name: "Payroll", nodes, connections: [] } })).json();
    await request.post(`${server.url}/api/credentials`, { headers, data: { type: "httpHeaderAuth", name: "Shop", fields: { name: "x-key", value: "s" } } });

    const eve = await other.newPage();
    await signIn(page, server.url, "ada@example.com", "/app/workflows");
    await signIn(eve, server.url, "eve@example.com", "/app/workflows");
    await expect(eve.getByRole("link", { name: "Payroll" })).toBeVisible();

    // Private: gone for the other.
    await page.getByRole("button", { name: "More about Payroll" }).click();
    await page.getByRole("menuitem", { name: "Share" }).click();
    const dialog = page.getByRole("dialog", { name: "Share “Payroll”" });
    await dialog.getByRole("radio", { name: /Only the owner/ }).check();
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(dialog).toHaveCount(0);
    await eve.reload();
    await expect(eve.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(eve.getByRole("link", { name: "Payroll" })).toHaveCount(0);

    // Shared to view: seen and not changed.
    await page.goto(`${server.url}/app/workflows/${made.id}`);
    await page.getByRole("button", { name: "Share" }).click();
    await dialog.getByLabel("Share with", { exact: true }).selectOption({ label: "Eve" });
    await dialog.getByRole("button", { name: "Add" }).click();
    await expect(dialog.getByLabel("What Eve may")).toHaveValue("view");
    await isClean(page, "dialog");
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(dialog).toHaveCount(0);
    await eve.goto(`${server.url}/app/workflows/${made.id}`);
    await expect(eve.getByLabel("Name of the workflow")).toHaveValue("Payroll");
    await expect(eve.getByLabel("Name of the workflow")).toBeDisabled();
    await expect(eve.getByRole("button", { name: "Publish" })).toHaveCount(0);
    await eve.getByRole("button", { name: "Share" }).click();
    await expect(eve.getByText("Ada or an admin of the workspace changes this.")).toBeVisible();
    await isClean(eve, "read");

    // Shared to edit: changed.
    await page.getByRole("button", { name: "Share" }).click();
    await dialog.getByLabel("What Eve may").selectOption("edit");
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(dialog).toHaveCount(0);
    await eve.reload();
    await eve.getByLabel("Name of the workflow").fill("Wages");
    await expect(eve.getByText("Saved", { exact: true })).toBeVisible();

    // A credential.
    await page.goto(`${server.url}/app/settings/credentials`);
    await page.getByRole("button", { name: "Share" }).click();
    const shop = page.getByRole("dialog", { name: "Share “Shop”" });
    await shop.getByRole("radio", { name: /Only the owner/ }).check();
    await shop.getByLabel("Share with", { exact: true }).selectOption({ label: "operator" });
    await shop.getByRole("button", { name: "Add" }).click();
    await shop.getByRole("button", { name: "Save" }).click();
    await expect(shop).toHaveCount(0);
    await isClean(page, "credentials");
    await eve.goto(`${server.url}/app/settings/credentials`);
    await expect(eve.getByText("No credentials yet.", { exact: false })).toBeVisible();
  } finally {
    await other.close();
    await server.close();
  }
});
