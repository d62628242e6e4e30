// A page of another origin calls the API from a browser once the workspace lists it.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { Server } from "./server";

const PASSWORD = "nine lemons at dawn";

test("a page of another origin reads the API where the workspace lists it", async ({ page, context, request }) => {
  const server = await Server.start();
  const shop = createServer((_, response) => response.writeHead(200, { "content-type": "text/html" }).end("<h1>Shop</h1>"));
  await new Promise<void>((done) => shop.listen(0, "127.0.0.1", done));
  const origin = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
  try {
    const made = await request.post(`${server.url}/api/auth/register`, { data: { email: "ada@example.com", password: PASSWORD, name: "Ada" } });
    const { accessToken } = (await made.json()) as { accessToken: string };
    const other = await context.newPage();
    await other.goto(origin);
    const read = () =>
      other.evaluate(
        async ([url, token]) => {
          const answer = await fetch(`${url}/api/workflows`, { headers: { authorization: `Bearer ${token}` } }).catch(() => undefined);
          return answer ? `${answer.status} ${answer.headers.has("x-request-id")}` : "refused";
        },
        [server.url, accessToken],
      );
    expect(await read()).toBe("refused");

    await page.goto(`${server.url}/app/sign-in`);
    await page.getByLabel("E-mail").fill("ada@example.com");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByRole("heading", { name: "Home" })).toBeVisible();
    await page.goto(`${server.url}/app/settings/workspace`);
    const field = page.getByLabel("Origins");
    const form = page.locator("form", { has: field });
    await field.fill(`${origin}/page`);
    await form.getByRole("button", { name: "Save" }).click();
    await expect(form.getByText(/is no origin/)).toBeVisible();
    await field.fill(origin);
    await form.getByRole("button", { name: "Save" }).click();
    await expect(page.getByText("Saved")).toBeVisible();
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    expect(await read()).toBe("200 true");
  } finally {
    shop.close();
    await server.close();
  }
});
