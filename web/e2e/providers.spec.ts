// Signing in by another server: a real OpenID Connect provider, through its own pages.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { Server as Listener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import Provider from "oidc-provider";
import { freePort, Server } from "./server";

const ADA = { email: "ada@example.com", password: "nine lemons at dawn" };
const SECRET = "a secret of the tests";

/** The provider that everybody signs in with whose name is an address there. */
async function provide(port: number, url: string): Promise<Listener> {
  const provider = new Provider(`http://127.0.0.1:${port}`, {
    clients: [{ client_id: "tailorbird", client_secret: SECRET, redirect_uris: [`${url}/api/auth/oidc/corp/callback`] }],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    pkce: { required: () => true },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: id, email_verified: !id.startsWith("unknown"), name: id.split("@")[0] }),
    }),
  });
  return new Promise((done) => {
    const listener = provider.listen(port, "127.0.0.1", () => done(listener));
  });
}

async function allow(page: Page, name: string) {
  await page.getByPlaceholder("Enter any login").fill(name);
  await page.getByPlaceholder("and password").fill("any");
  await page.getByRole("button", { name: "Sign-in" }).click();
  await page.getByRole("button", { name: "Continue" }).click();
}

test("people come in by another server, link it and give it up", async ({ browser }) => {
  const folder = mkdtempSync(join(tmpdir(), "tailorbird-oidc."));
  const port = await freePort();
  const file = join(folder, "providers.json");
  writeFileSync(file, JSON.stringify([{ id: "corp", label: "Corp", issuer: `http://127.0.0.1:${port}`, clientId: "tailorbird", clientSecret: SECRET }]));
  const server = await Server.start(["--oidc-providers", file]);
  const corp = await provide(port, server.url);
  const visit = async () => (await browser.newContext({ baseURL: server.url })).newPage();
  try {
    const page = await visit();
    await page.request.post("/api/auth/register", { data: { ...ADA, name: "Ada Lovelace" } });

    // Somebody new, who wanted to see a certain page.
    await page.goto("/app/executions");
    await expect(page.getByRole("link", { name: "Continue with Corp" })).toBeVisible();
    const found = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa"]).analyze();
    expect.soft(found.violations.map((it) => it.id)).toEqual([]);
    await page.getByRole("link", { name: "Continue with Corp" }).click();
    await allow(page, "bob@example.com");
    await expect(page).toHaveURL(/\/app\/executions$/);
    await page.goto("/app/settings/profile");
    await expect(page.getByLabel("Your name")).toHaveValue("bob");
    // It is the only way in, so it stays.
    await page.getByRole("button", { name: "Give up Corp" }).click();
    await expect(page.getByText(/the only way into your account/)).toBeVisible();

    // An address that the provider does not vouch for enters no account that is there.
    const thief = await visit();
    await thief.request.post("/api/auth/register", { data: { email: "unknown@example.com", password: ADA.password } });
    await thief.goto("/app/sign-in");
    await thief.getByRole("link", { name: "Continue with Corp" }).click();
    await allow(thief, "unknown@example.com");
    await expect(thief.getByRole("alert")).toContainText("Nobody vouches");

    // Who has a password links the account, signs in with it, and gives it up.
    const ada = await visit();
    await ada.goto("/app/sign-in");
    await ada.getByLabel("E-mail").fill(ADA.email);
    await ada.getByLabel("Password").fill(ADA.password);
    await ada.getByRole("button", { name: "Sign in" }).click();
    await expect(ada.getByRole("heading", { name: "Home" })).toBeVisible();
    await ada.goto("/app/settings/profile");
    await ada.getByRole("button", { name: "Link Corp" }).click();
    await allow(ada, "lovelace@example.com");
    await expect(ada.getByRole("button", { name: "Give up Corp" })).toBeVisible();
    await ada.getByRole("button", { name: "Sign out" }).first().click();
    await ada.getByRole("link", { name: "Continue with Corp" }).click();
    await expect(ada.getByRole("heading", { name: "Home" })).toBeVisible();
    await ada.goto("/app/settings/profile");
    await expect(ada.getByLabel("Your name")).toHaveValue("Ada Lovelace");
    await ada.getByRole("button", { name: "Give up Corp" }).click();
    await expect(ada.getByRole("button", { name: "Link Corp" })).toBeVisible();

    // A page that is opened again brings nothing again.
    await ada.goto("/app/sign-in/done#code=old");
    await expect(ada.getByRole("alert")).toContainText("Begin again");
  } finally {
    corp.close();
    corp.closeAllConnections();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
