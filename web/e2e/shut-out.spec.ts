// A member is suspended and let in again; a key is switched off and on, and what it asked for is counted.
import { expect, test } from "@playwright/test";
import { Server } from "./server";
import { expectCleanInBothThemes } from "./steps";

const PASSWORD = "nine lemons at dawn";

test("who is suspended is shut out until let in again, and so is a key that is switched off", async ({ page, request }) => {
  const server = await Server.start(["--rate-auth", "off", "--rate-api", "off"]);
  try {
    const { url } = server;
    const register = async (email: string, name: string, invitation?: string) =>
      (await (await request.post(`${url}/api/auth/register`, { data: { email, password: PASSWORD, name, invitation } })).json()) as { accessToken: string; workspace: { id: string } };
    const owner = await register("ada@example.com", "Ada Lovelace");
    const headers = { authorization: `Bearer ${owner.accessToken}` };
    const invited = (await (await request.post(`${url}/api/workspaces/${owner.workspace.id}/invitations`, { headers, data: { email: "grace@example.com", role: "editor" } })).json()) as { link: string };
    const grace = await register("grace@example.com", "Grace Hopper", invited.link.split("#")[1]);
    const asGrace = async () => (await request.get(`${url}/api/workflows`, { headers: { authorization: `Bearer ${grace.accessToken}` } })).status();

    await page.goto(`${url}/app/sign-in?to=/settings/members`);
    await page.getByLabel("E-mail").fill("ada@example.com");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    const member = page.getByRole("row", { name: /Grace Hopper/ });
    const choose = async (of: string, what: string) => {
      await page.getByRole("button", { name: `More about ${of}` }).first().click();
      await page.getByRole("menuitem", { name: what, exact: true }).click();
    };
    await choose("Grace Hopper", "Suspend");
    await page.getByRole("alertdialog").getByRole("button", { name: "Suspend" }).click();
    await expect(member).toContainText("suspended");
    expect(await asGrace()).toBeGreaterThanOrEqual(400);
    await page.setViewportSize({ width: 360, height: 740 });
    await expectCleanInBothThemes(page, "a suspended member at 360");
    await choose("Grace Hopper", "Let in again");
    await expect(member).not.toContainText("suspended");
    expect(await asGrace()).toBe(200);

    await page.goto(`${url}/app/settings/keys`);
    await page.getByRole("button", { name: "New key" }).click();
    await page.getByRole("dialog").getByLabel("Name").fill("Deploys");
    await page.getByRole("dialog").getByRole("button", { name: "Make a key" }).click();
    const key = (await page.getByRole("status").locator("code").textContent()) ?? "";
    const byKey = async () => (await request.get(`${url}/api/workflows`, { headers: { authorization: `Bearer ${key}` } })).status();
    expect(await byKey()).toBe(200);
    const row = page.getByRole("row", { name: /Deploys/ });
    await choose("Deploys", "Disable");
    await expect(row).toContainText("disabled");
    expect(await byKey()).toBe(401);
    await choose("Deploys", "Enable");
    await expect(row).not.toContainText("disabled");
    expect(await byKey()).toBe(200);
    // What is counted is written a little later.
    await expect(async () => {
      await page.reload();
      await choose("Deploys", "What it asked for…");
      await expect(page.getByRole("dialog").getByRole("row", { name: /GET \/(api\/)?workflows/ })).toBeVisible({ timeout: 2_000 });
    }).toPass();
    await expectCleanInBothThemes(page, "what a key asked for at 360");
  } finally {
    await server.close();
  }
});
