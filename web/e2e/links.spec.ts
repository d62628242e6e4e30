// Where the links of mails lead: an invitation is taken by somebody new and by somebody known; another password.
import { expect, test, type APIRequestContext } from "@playwright/test";
import { Server } from "./server";

const PASSWORD = "nine lemons at dawn";

test("a link of a mail leads to a page that does what the mail says", async ({ page, request }) => {
  const server = await Server.start(["--rate-auth", "off"]);
  try {
    const post = poster(request, server.url);
    const ada = await post("/api/auth/register", { email: "ada@example.com", password: PASSWORD, name: "Ada" });
    const { id } = ada.workspace as { id: string };
    const invite = (email: string) => post(`/api/workspaces/${id}/invitations`, { email, role: "viewer", days: null }, ada.accessToken as string);

    // Somebody new. The address that older mails have leads to the same page, with the word.
    const first = (await invite("bob@example.com")).link as string;
    await page.goto(first.replace("/app/join", "/api/auth/join"));
    await expect(page.getByText(/invited to a workspace/)).toBeVisible();
    expect(page.url()).toBe(`${server.url}/app/join`);
    await page.getByLabel("Your name").fill("Bob");
    await page.getByLabel("E-mail").fill("bob@example.com");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Create account" }).click();
    await expect(page.getByRole("heading", { name: "Home" })).toBeVisible();
    await page.getByRole("button", { name: /You: Bob/ }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();

    // Somebody who has an account already.
    await post("/api/auth/register", { email: "cleo@example.com", password: PASSWORD, name: "Cleo", workspaceName: "Cleo's" });
    await page.goto((await invite("cleo@example.com")).link as string);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByLabel("E-mail").fill("cleo@example.com");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("button", { name: "Join" }).click();
    await expect(page.getByRole("button", { name: /^Workspace: Default/ })).toBeVisible();

    await page.goto(`${server.url}/app/reset`);
    await expect(page.getByRole("heading", { name: "This link is not whole" })).toBeVisible();
    await page.goto(`${server.url}/app/reset#nothing`);
    await page.getByLabel("New password").fill("ten lemons at dawn");
    await page.getByRole("button", { name: "Set the password" }).click();
    await expect(page.getByRole("alert")).toBeVisible();
    await page.goto(`${server.url}/app/verify#nothing`);
    await page.getByRole("button", { name: "Yes, it is mine" }).click();
    await expect(page.getByRole("alert")).toBeVisible();
  } finally {
    await server.close();
  }
});

const poster = (request: APIRequestContext, url: string) => async (path: string, data: unknown, token?: string) => {
  const headers = token ? { authorization: `Bearer ${token}` } : undefined;
  const answer = await request.post(url + path, { data, headers });
  expect(answer.ok(), await answer.text()).toBe(true);
  return (await answer.json()) as Record<string, unknown>;
};
