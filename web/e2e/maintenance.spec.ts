// The server is closed for a while: what people see of it, what whoever looks after it sees, and that nothing is lost.
import { expect, test, type Browser, type Page } from "@playwright/test";
import { Server } from "./server";
import { expectClean } from "./steps";

const PASSWORD = "nine lemons at dawn";

async function signIn(page: Page, url: string, email: string) {
  await page.goto(`${url}/app/sign-in`);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

async function person(browser: Browser, url: string, email: string) {
  const page = await (await browser.newContext()).newPage();
  await signIn(page, url, email);
  await expect(page.getByRole("heading", { name: "Home" })).toBeVisible();
  return page;
}

test("maintenance closes the app to people and not to who looks after the server", async ({ browser, request }) => {
  const server = await Server.start(["--rate-auth", "off"]);
  const { url } = server;
  try {
    const tokens: Record<string, string> = {};
    for (const name of ["ada", "bob"]) {
      const made = await request.post(`${url}/api/auth/register`, { data: { email: `${name}@example.com`, password: PASSWORD, name } });
      tokens[name] = ((await made.json()) as { accessToken: string }).accessToken;
    }
    const headers = { authorization: `Bearer ${tokens.bob}` };
    const [ada, bob] = [await person(browser, url, "ada@example.com"), await person(browser, url, "bob@example.com")];
    await bob.getByRole("button", { name: "New workflow" }).click();
    const name = bob.getByLabel("Name of the workflow");
    await expect(name).toHaveValue("Untitled workflow");
    const id = new URL(bob.url()).pathname.split("/").at(-1);
    // What he types now does not reach the server before it is closed.
    const drafts = /\/api\/workflows\/[^/]+$/;
    await bob.route(drafts, (it) => (it.request().method() === "PUT" ? it.abort() : it.continue()));
    await name.fill("Before the move");

    await ada.goto(`${url}/app/settings/platform`);
    await ada.getByLabel("What people read").fill("We are moving house");
    await ada.getByLabel("For how many minutes").fill("60");
    await ada.getByRole("button", { name: "Close the server" }).click();
    await expect(ada.getByText(/^The server is closed until /)).toBeVisible();
    await expect(ada.getByText("We are moving house")).toBeVisible();
    const bar = ada.getByText("The server is closed for everybody but you.");
    await expect(bar).toBeVisible();
    await ada.getByRole("link", { name: "Workflows" }).first().click();
    await expect(ada.getByRole("heading", { name: "Workflows", level: 1 })).toBeVisible();
    for (const width of [1280, 360]) {
      await ada.setViewportSize({ width, height: 800 });
      await expectClean(ada, `open to who closed it, ${width}`);
    }
    await ada.setViewportSize({ width: 1280, height: 800 });

    // Whoever was drawing meanwhile reads what is said, and so does who comes now.
    const isClosed = (page: Page) => page.getByRole("heading", { name: "Closed for maintenance" });
    await expect(isClosed(bob)).toBeVisible();
    await bob.unroute(drafts);
    await expect(bob.getByText("We are moving house")).toBeVisible();
    await expect(bob.getByText(/^Until /)).toBeVisible();
    await expect(name).toBeHidden();
    for (const colorScheme of ["light", "dark"] as const) {
      await bob.emulateMedia({ colorScheme });
      for (const width of [1280, 360]) {
        await bob.setViewportSize({ width, height: 800 });
        await expectClean(bob, `closed, ${colorScheme}, ${width}`);
      }
    }
    await bob.setViewportSize({ width: 1280, height: 800 });
    await bob.keyboard.press("Control+k");
    await expect(bob.getByRole("dialog")).toHaveCount(0);
    const carl = await (await browser.newContext()).newPage();
    await signIn(carl, url, "bob@example.com");
    await expect(isClosed(carl)).toBeVisible();
    await carl.getByRole("button", { name: "Sign in as who looks after the server" }).click();
    await signIn(carl, url, "ada@example.com");
    await expect(carl.getByText("The server is closed for everybody but you.")).toBeVisible();
    expect((await request.get(`${url}/api/workflows/${id}`, { headers })).status()).toBe(503);

    await ada.getByRole("link", { name: "Go to Platform" }).click();
    await ada.getByRole("button", { name: "Open the server" }).click();
    await expect(ada.getByRole("button", { name: "Close the server" })).toBeVisible();
    await expect(bar).toHaveCount(0);
    await expect(isClosed(bob)).toHaveCount(0);
    await expect(name).toHaveValue("Before the move");
    await expect.poll(async () => ((await (await request.get(`${url}/api/workflows/${id}`, { headers })).json()) as { draft: { name: string } }).draft.name).toBe("Before the move");
  } finally {
    await server.close();
  }
});
