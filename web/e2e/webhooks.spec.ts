// A webhook from its page: called, waited for, its log looked into and a request sent once more.
import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { Server } from "./server";

const PERSON = { email: "ada@example.com", password: "nine lemons at dawn" };

test("a webhook is tried, heard and called again from its page", async ({ page, request }) => {
  const server = await Server.start(["--rate-auth", "off"]);
  try {
    const registered = await request.post(`${server.url}/api/auth/register`, { data: { ...PERSON, name: "Ada" } });
    const { accessToken } = (await registered.json()) as { accessToken: string };
    const headers = { authorization: `Bearer ${accessToken}` };
    const post = async (path: string, data: object) => (await (await request.post(server.url + path, { headers, data })).json()) as Record<string, string>;
    const hook = await post("/api/webhooks", { name: "Orders", path: "orders", respond: "lastNode" });
    await post(`/api/workflows/${hook.workflowId}/publish`, {});
    await request.post(`${server.url}/webhook/orders`, { data: { from: "elsewhere" }, headers: { "x-api-key": "secret" } });

    await page.goto(`${server.url}/app/sign-in`);
    await page.getByLabel("E-mail").fill(PERSON.email);
    await page.getByLabel("Password").fill(PERSON.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("link", { name: "Webhooks" }).first().click();
    await page.getByRole("link", { name: /\/webhook\/orders$/ }).click();

    await page.getByLabel("Body").fill('{"tried": "here"}');
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await expect(page.getByText("Answered 200")).toBeVisible();
    await expect(page.getByLabel("Answer", { exact: true })).toContainText("here");

    await page.getByRole("button", { name: "Listen" }).click();
    await expect(page.getByText("Waiting for a call …")).toBeVisible();
    await request.post(`${server.url}/webhook-test/orders`, { data: { heard: "live" } });
    await expect(page.getByText("It came.")).toBeVisible();
    await expect(page.getByText('"heard": "live"')).toBeVisible();

    // The oldest of three is the call from elsewhere.
    const log = page.getByRole("region", { name: "Requests" });
    await expect(log.getByRole("row")).toHaveCount(4);
    await log.getByRole("row").nth(3).getByRole("button").click();
    await expect(log.getByText('"from": "elsewhere"')).toBeVisible();
    await expect(log.getByText("Secret headers are not kept")).toBeVisible();
    await log.getByRole("button", { name: "Send again", exact: true }).click();
    await expect(log.getByText("Answered 200")).toBeVisible();

    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 800 });
      const found = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa"]).analyze();
      expect(found.violations.map((it) => `${width}: ${it.id}: ${it.nodes[0]?.html}`)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)).toBe(false);
    }
  } finally {
    await server.close();
  }
});
