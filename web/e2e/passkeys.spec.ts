// Passkeys, with Chromium's virtual device: made, signed in with, also in the place of a code, and removed.
import { AxeBuilder } from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { codeOf } from "./code";
import { Server } from "./server";

const ADA = { email: "ada@example.com", password: "nine lemons at dawn" };

/** A device that knows its owner, or not. */
async function plugIn(page: Page) {
  const devices = await page.context().newCDPSession(page);
  await devices.send("WebAuthn.enable");
  const { authenticatorId } = await devices.send("WebAuthn.addVirtualAuthenticator", {
    options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
  return (isUserVerified: boolean) => devices.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified });
}

test("a passkey is made, signs in, and is given up", async ({ page }) => {
  const server = await Server.start((port) => ["--public-url", `http://localhost:${port}`, "--rate-auth", "off"]);
  try {
    const home = server.url.replace("127.0.0.1", "localhost");
    await page.request.post(`${server.url}/api/auth/register`, { data: { ...ADA, name: "Ada Lovelace" } });
    const knows = await plugIn(page);
    await page.goto(`${home}/app/settings/profile`);
    await page.getByLabel("E-mail").fill(ADA.email);
    await page.getByLabel("Password").fill(ADA.password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();

    // Not without the password.
    const part = page.locator("section", { has: page.getByRole("heading", { name: "Passkeys" }) });
    await part.getByLabel("Name of the passkey").fill("Ada's phone");
    await part.getByRole("button", { name: "Add a passkey" }).click();
    await expect(part.getByRole("alert")).toBeVisible();
    await part.getByLabel("Current password").fill(ADA.password);
    await part.getByRole("button", { name: "Add a passkey" }).click();
    await expect(part.getByText("Ada's phone")).toBeVisible();
    await part.getByRole("button", { name: "Rename Ada's phone" }).click();
    await part.getByRole("textbox", { name: "Name", exact: true }).fill("A telephone");
    await part.getByRole("button", { name: "Save" }).click();
    await expect(part.getByText("A telephone")).toBeVisible();
    const found = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa"]).analyze();
    expect.soft(found.violations.map((it) => it.id)).toEqual([]);

    // The device knows who holds it, or lets nobody in.
    await page.getByRole("button", { name: "Sign out" }).first().click();
    await knows(false);
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await expect(page.getByRole("alert")).toContainText("did not answer");
    await knows(true);
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await expect(page.getByRole("heading", { name: "Home" })).toBeVisible();

    // It is as good as a code where one is wanted.
    await page.goto(`${home}/app/settings/profile`);
    const factor = page.locator("section", { has: page.getByRole("heading", { name: "Second factor" }) });
    await factor.getByLabel("Current password").fill(ADA.password);
    await factor.getByRole("button", { name: "Set up" }).click();
    await factor.getByLabel("Code").fill(codeOf((await factor.locator("code").textContent()) ?? ""));
    await factor.getByRole("button", { name: "Turn on" }).click();
    await expect(factor.getByRole("list", { name: "Recovery codes" })).toBeVisible();
    await page.getByRole("button", { name: "Sign out" }).first().click();
    await page.getByLabel("E-mail").fill(ADA.email);
    await page.getByLabel("Password").fill(ADA.password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await expect(page.getByRole("heading", { name: "Enter your code" })).toBeVisible();
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await expect(page.getByRole("heading", { name: "Enter your code" })).toHaveCount(0);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();

    // Removed here, it lets nobody in, though the device has it.
    await page.goto(`${home}/app/settings/profile`);
    await expect(part.getByText(/^used /)).toBeVisible();
    await part.getByRole("button", { name: "Remove A telephone" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
    await expect(part.getByText("A telephone")).toHaveCount(0);
    await page.getByRole("button", { name: "Sign out" }).first().click();
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await expect(page.getByRole("alert")).toContainText("does not count");
  } finally {
    await server.close();
  }
});

test("where a second factor is demanded, a passkey counts for who signs in with it", async ({ page }) => {
  const server = await Server.start((port) => ["--public-url", `http://localhost:${port}`, "--rate-auth", "off"]);
  try {
    const home = server.url.replace("127.0.0.1", "localhost");
    await page.request.post(`${server.url}/api/auth/register`, { data: { ...ADA, name: "Ada Lovelace" } });
    await plugIn(page);
    const withPassword = async () => {
      await page.getByLabel("E-mail").fill(ADA.email);
      await page.getByLabel("Password").fill(ADA.password);
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
    };
    await page.goto(`${home}/app/settings/profile`);
    await withPassword();
    const part = page.locator("section", { has: page.getByRole("heading", { name: "Passkeys" }) });
    await part.getByLabel("Name of the passkey").fill("A phone");
    await part.getByLabel("Current password").fill(ADA.password);
    await part.getByRole("button", { name: "Add a passkey" }).click();
    await expect(part.getByText("A phone")).toBeVisible();

    // To have one is not to have shown one.
    await page.goto(`${home}/app/settings/workspace`);
    await page.getByRole("button", { name: "Demand a second factor" }).click();
    await expect(page.getByText(/for yourself first/)).toBeVisible();
    await page.goto(`${home}/app/settings/profile`);
    await page.getByRole("button", { name: "Sign out" }).first().click();
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await expect(page.getByRole("heading", { name: "Home" })).toBeVisible();
    await page.goto(`${home}/app/settings/workspace`);
    await page.getByRole("button", { name: "Demand a second factor" }).click();
    await expect(page.getByRole("button", { name: "Demand it no more" })).toBeVisible();

    await page.goto(`${home}/app/settings/profile`);
    await page.getByRole("button", { name: "Sign out" }).first().click();
    await withPassword();
    await expect(page.getByRole("heading", { name: "A second factor is needed" })).toBeVisible();
    await page.getByRole("button", { name: "Go on to the workspace" }).click();
    await expect(page.getByText(/It counts once you have signed in with it/)).toBeVisible();
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      expect((await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa"]).analyze()).violations).toEqual([]);
      await page.setViewportSize({ width: colorScheme === "dark" ? 360 : 1280, height: 800 });
      await page.screenshot({ path: `test-results/factor-again-${colorScheme}.png`, fullPage: true });
    }
    await page.getByRole("button", { name: "Sign in again" }).click();
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await expect(page.getByRole("heading", { name: "Home" })).toBeVisible();
  } finally {
    await server.close();
  }
});
