// Where mails are sent, a new account is made by the link of the mail, and an address that has one looks the same.
import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { Mailbox } from "./mailbox";
import { Server } from "./server";

const PASSWORD = "nine lemons at dawn";

test("a new account is made by the link of a mail", async ({ page, request }) => {
  const mailbox = await Mailbox.start();
  const server = await Server.start(["--smtp-url", mailbox.url, "--mail-from", "Tailorbird <no-reply@example.com>", "--rate-auth", "off"]);
  const register = async (email: string) => {
    await page.goto(`${server.url}/app/register`);
    await page.getByLabel("Your name").fill("Eve");
    await page.getByLabel("E-mail").fill(email);
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Create account" }).click();
    await expect(page.getByRole("heading", { name: "Look into your mail" })).toBeVisible();
    await expect(page.getByText(`We have written to ${email}.`)).toBeVisible();
  };
  try {
    // The first one comes in at once.
    const first = await request.post(`${server.url}/api/auth/register`, { data: { email: "ada@example.com", password: PASSWORD, name: "Ada" } });
    expect(first.status()).toBe(201);
    await mailbox.word(0, "/app/verify#");
    await register("ada@example.com");
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    expect(await mailbox.word(1, "/app/reset#")).not.toBe("");
    await register("eve@example.com");
    const word = await mailbox.word(2, "/app/verify#");
    await page.goto(`${server.url}/app/verify#${word}`);
    await page.getByRole("button", { name: "Yes, it is mine" }).click();
    await expect(page.getByText("Thank you.")).toBeVisible();
    await page.goto(`${server.url}/app/sign-in`);
    await page.getByLabel("E-mail").fill("eve@example.com");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByRole("heading", { name: "Home" })).toBeVisible();
  } finally {
    mailbox.close();
    await server.close();
  }
});
