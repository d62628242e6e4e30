// A workspace demands a second factor: a member is led to the set-up, and back.
import { AxeBuilder } from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { codeOf } from "./code";
import { Server } from "./server";

const PASSWORD = "nine lemons at dawn";

async function setUp(page: Page) {
  const part = page.locator("section", { has: page.getByRole("heading", { name: "Second factor", exact: true }) });
  await part.getByLabel("Current password").fill(PASSWORD);
  await part.getByRole("button", { name: "Set up" }).click();
  const secret = (await part.locator("code").textContent()) ?? "";
  await part.getByLabel("Code").fill(codeOf(secret));
  await part.getByRole("button", { name: "Turn on" }).click();
  await part.getByRole("button", { name: "I have kept them" }).click();
}

async function signIn(page: Page, url: string, email: string) {
  await page.goto(`${url}/app/sign-in`);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

test("a member without a second factor is led to set one up, and back", async ({ page, browser, request }) => {
  const server = await Server.start(() => ["--rate-auth", "off"]);
  try {
    const made = await request.post(`${server.url}/api/auth/register`, { data: { email: "ada@example.com", password: PASSWORD, name: "Ada" } });
    const ada = (await made.json()) as { accessToken: string; workspace: { id: string } };
    const invited = await request.post(`${server.url}/api/workspaces/${ada.workspace.id}/invitations`, {
      headers: { authorization: `Bearer ${ada.accessToken}` },
      data: { email: "bob@example.com", role: "editor" },
    });
    const { link } = (await invited.json()) as { link: string };
    await request.post(`${server.url}/api/auth/register`, { data: { email: "bob@example.com", password: PASSWORD, name: "Bob", invitation: link.split("#")[1] } });

    await signIn(page, server.url, "ada@example.com");
    await expect(page.getByRole("heading", { name: "Home" })).toBeVisible();
    await page.goto(`${server.url}/app/settings/workspace`);
    await page.getByRole("button", { name: "Demand a second factor" }).click();
    await expect(page.getByText(/for yourself first/)).toBeVisible();
    await page.goto(`${server.url}/app/settings/profile`);
    await setUp(page);
    await page.goto(`${server.url}/app/settings/workspace`);
    await page.getByRole("button", { name: "Demand a second factor" }).click();
    await expect(page.getByRole("button", { name: "Demand it no more" })).toBeVisible();

    const bob = await (await browser.newContext()).newPage();
    await signIn(bob, server.url, "bob@example.com");
    await expect(bob.getByRole("heading", { name: "A second factor is needed" })).toBeVisible();
    await bob.goto(`${server.url}/app/workflows`);
    await expect(bob.getByRole("button", { name: "Go on to the workspace" })).toBeDisabled();
    for (const colorScheme of ["light", "dark"] as const) {
      await bob.emulateMedia({ colorScheme });
      expect((await new AxeBuilder({ page: bob }).analyze()).violations).toEqual([]);
      await bob.screenshot({ path: `test-results/factor-${colorScheme}.png`, fullPage: true });
    }
    await setUp(bob);
    await bob.getByRole("button", { name: "Go on to the workspace" }).click();
    await expect(bob.getByRole("heading", { name: "Workflows" })).toBeVisible();
  } finally {
    await server.close();
  }
});
