// The gateway: a path goes on to a service of another server, with a rule and a limit, and says how that is.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { Server } from "./server";

const PASSWORD = "nine lemons at dawn";

test("a path leads to a service elsewhere", async ({ page, request }) => {
  const server = await Server.start();
  const shop = createServer((asked, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ path: asked.url, shop: asked.headers["x-shop"], cost: 1 }));
  });
  await new Promise<void>((done) => shop.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${(shop.address() as AddressInfo).port}/v1`;
  try {
    await request.post(`${server.url}/api/auth/register`, { data: { email: "ada@example.com", password: PASSWORD, name: "Ada" } });
    await page.goto(`${server.url}/app/sign-in`);
    await page.getByLabel("E-mail").fill("ada@example.com");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByRole("heading", { name: "Home" })).toBeVisible();
    await page.goto(`${server.url}/app/settings/gateway`);
    await expect(page.getByText("There is no route yet.")).toBeVisible();
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);

    await page.getByRole("button", { name: "New route" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "Name", exact: true }).fill("Shop");
    await dialog.getByLabel("Path", { exact: false }).first().fill("/shop/*");
    await dialog.getByRole("checkbox", { name: "GET" }).check();
    await dialog.getByLabel("Address of the service").fill(url);
    await dialog.getByLabel("Who may call").selectOption("Everybody");
    await dialog.getByLabel("Calls of one caller").fill("often");
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(dialog.getByRole("alert")).toContainText("100/min");
    await dialog.getByLabel("Calls of one caller").fill("2/day");
    const requests = dialog.getByRole("group", { name: "Rules for requests" });
    await requests.getByRole("button", { name: "Add a rule" }).click();
    await requests.getByRole("textbox", { name: "Header" }).fill("Host");
    await requests.getByRole("textbox", { name: "Value" }).fill("lemons");
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(dialog.getByRole("alert")).toContainText("written by the server");
    await requests.getByRole("textbox", { name: "Header" }).fill("X-Shop");
    const answers = dialog.getByRole("group", { name: "Rules for answers" });
    await answers.getByRole("button", { name: "Add a rule" }).click();
    await answers.getByLabel("What to do").selectOption("Remove");
    await answers.getByLabel("Of what").selectOption("field");
    await answers.getByRole("textbox", { name: "Field" }).fill("cost");
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(page.getByRole("cell", { name: "Shop", exact: true })).toBeVisible();

    const call = () => request.get(`${server.url}/gateway/shop/lemons?n=1`);
    const first = await call();
    expect(await first.json()).toEqual({ path: "/v1/lemons?n=1", shop: "lemons" });
    expect(first.headers()["ratelimit-remaining"]).toBe("1");
    await call();
    expect((await call()).status()).toBe(429);

    await page.getByRole("button", { name: "Shop" }).click();
    await dialog.getByRole("button", { name: "Check" }).click();
    await expect(page.getByText(/It answered with status 200/)).toBeVisible();
    await expect(dialog.getByLabel("Address of the service")).toHaveValue(url);
    await dialog.getByLabel("The route is on").uncheck();
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(page.getByRole("cell", { name: "Off", exact: true })).toBeVisible();
    expect((await call()).status()).toBe(404);

    await page.getByRole("button", { name: "Shop" }).click();
    await dialog.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
    await expect(page.getByText("There is no route yet.")).toBeVisible();

    const limits = page.locator("form", { has: page.getByLabel("API, of each caller") });
    await limits.getByLabel("API, of each caller").fill("100000/min");
    await limits.getByRole("button", { name: "Save" }).click();
    await expect(limits.getByRole("alert")).toContainText("100/min");
    await limits.getByLabel("API, of each caller").fill("90/min");
    await limits.getByRole("button", { name: "Save" }).click();
    await expect(page.getByText("Saved").first()).toBeVisible();
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  } finally {
    shop.close();
    await server.close();
  }
});
