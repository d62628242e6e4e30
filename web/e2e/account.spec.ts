// One's account: data taken along, and an end that coming back undoes.
import { readFile } from "node:fs/promises";
import { AxeBuilder } from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { Server } from "./server";

const PASSWORD = "nine lemons at dawn";

async function signIn(page: Page) {
  await page.getByLabel("E-mail").fill("bob@example.com");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

test("an account gives its data, and ends unless its owner comes back", async ({ page, request }) => {
  const server = await Server.start(() => ["--rate-auth", "off"]);
  try {
    const made = await request.post(`${server.url}/api/auth/register`, { data: { email: "ada@example.com", password: PASSWORD, name: "Ada" } });
    const ada = (await made.json()) as { accessToken: string; workspace: { id: string } };
    const headers = { authorization: `Bearer ${ada.accessToken}` };
    const invited = await request.post(`${server.url}/api/workspaces/${ada.workspace.id}/invitations`, { headers, data: { email: "bob@example.com", role: "editor" } });
    const { link } = (await invited.json()) as { link: string };
    await request.post(`${server.url}/api/auth/register`, { data: { email: "bob@example.com", password: PASSWORD, name: "Bob", invitation: link.split("#")[1] } });

    await page.goto(`${server.url}/app/settings/profile`);
    await signIn(page);
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download your data" }).click();
    const text = await readFile(await (await download).path(), "utf8");
    expect((JSON.parse(text) as { account: { email: string } }).account.email).toBe("bob@example.com");

    // This server sends no mails, and says so.
    await page.getByRole("button", { name: "Change the address" }).click();
    const email = page.locator("section", { has: page.getByRole("heading", { name: "E-mail address" }) });
    await email.getByLabel("New address").fill("new@example.com");
    await email.getByLabel("Current password").fill(PASSWORD);
    await email.getByRole("button", { name: "Send the mail" }).click();
    await expect(email.getByText(/sends no mails/)).toBeVisible();

    await page.getByRole("button", { name: "End your account" }).click();
    const part = page.locator("section", { has: page.getByRole("heading", { name: "Your data and your account" }) });
    await part.getByLabel("Current password").fill(PASSWORD);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
      await page.screenshot({ path: `test-results/account-${colorScheme}.png`, fullPage: true });
    }
    await part.getByRole("button", { name: "End the account" }).click();
    await page.getByRole("dialog").or(page.getByRole("alertdialog")).getByRole("button", { name: "End the account" }).click();
    await expect(page.getByLabel("E-mail")).toBeVisible();
    await page.goto(`${server.url}/app/settings/profile`);
    await signIn(page);
    await expect(page.getByText("bob@example.com").first()).toBeVisible();
    await page.goto(`${server.url}/app/email#${"x".repeat(43)}`);
    await page.getByRole("button", { name: "Yes, it is mine" }).click();
    await expect(page.getByRole("alert")).toBeVisible();
  } finally {
    await server.close();
  }
});
