// Theme and language go with the account, from one browser to the next.
import { expect, test, type Browser } from "@playwright/test";
import { Server } from "./server";

const PERSON = { email: "ada@example.com", password: "nine lemons at dawn" };

async function signIn(browser: Browser, url: string) {
  const page = await (await browser.newContext({ locale: "en-GB", colorScheme: "light" })).newPage();
  await page.goto(`${url}/app/sign-in`);
  await page.getByLabel("E-mail").fill(PERSON.email);
  await page.getByLabel("Password").fill(PERSON.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  return page;
}

test("how it looks follows the account, and a browser where nobody signed in keeps its own", async ({ browser, request }) => {
  const server = await Server.start(["--rate-auth", "off"]);
  try {
    await request.post(`${server.url}/api/auth/register`, { data: { ...PERSON, name: "Ada" } });
    const one = await signIn(browser, server.url);
    await expect(one.getByRole("heading", { name: "Home" })).toBeVisible();
    await one.goto(`${server.url}/app/settings/profile`);
    const written = () => one.waitForResponse((it) => it.url().endsWith("/api/users/preferences") && it.request().method() === "PUT");
    const [theme] = await Promise.all([written(), one.getByLabel("Theme").selectOption("dark")]);
    expect(theme.status()).toBe(200);
    const [language] = await Promise.all([written(), one.getByLabel("Language").selectOption("pt-BR")]);
    expect(((await language.json()) as { theme: string; language: string })).toMatchObject({ theme: "dark", language: "pt-BR" });
    await expect(one.getByRole("heading", { name: "Senha" })).toBeVisible();

    const two = await signIn(browser, server.url);
    await expect(two.getByRole("heading", { name: "Início" })).toBeVisible();
    await expect(two.locator("html")).toHaveAttribute("data-theme", "dark");
    await two.keyboard.press("Control+.");
    await expect(two.locator("html")).toHaveAttribute("data-theme", "light");
    await two.waitForLoadState("networkidle");
    await one.reload();
    await expect(one.locator("html")).toHaveAttribute("data-theme", "light");

    const nobody = await (await browser.newContext({ locale: "es-ES" })).newPage();
    await nobody.goto(`${server.url}/app/sign-in`);
    await expect(nobody.getByRole("heading", { level: 1 })).toHaveText("Entrar");
    await nobody.getByRole("button", { name: "English" }).click();
    await nobody.reload();
    await expect(nobody.getByRole("heading", { level: 1 })).toHaveText("Sign in");
  } finally {
    await server.close();
  }
});
