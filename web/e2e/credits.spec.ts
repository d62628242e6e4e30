// The page of credits: what is left, buying some, smart recharge that buys by itself, and the ledger; and the pages of
// payments in both themes and at two widths.
import { AxeBuilder } from "@axe-core/playwright";
import { expect, test, type APIRequestContext, type Page } from "@playwright/test";
import { Server } from "./server";
import { expectCleanInBothThemes } from "./steps";
import { Stripe } from "./stripe";

const PASSWORD = "nine lemons at dawn";

/** The first account, with a plan for its workspace. */
async function begun(request: APIRequestContext, url: string, plan: string) {
  const made = await request.post(`${url}/api/auth/register`, { data: { email: "ada@example.com", password: PASSWORD, name: "Ada" } });
  const { accessToken, workspace } = (await made.json()) as { accessToken: string; workspace: { id: string } };
  const headers = { authorization: `Bearer ${accessToken}` };
  await request.put(`${url}/api/platform/plans`, { headers, data: { workspaceId: workspace.id, plan } });
  return { workspace, headers };
}

async function signIn(page: Page, url: string) {
  await page.goto(`${url}/app/sign-in`);
  await page.getByLabel("E-mail").fill("ada@example.com");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "Home" })).toBeVisible();
}

test("credits are bought, by hand and by themselves", async ({ page, request }) => {
  const stripe = await Stripe.start();
  const server = await Server.start(stripe.options);
  try {
    const { workspace, headers } = await begun(request, server.url, "pro");
    // She bought some already, and left her card.
    await stripe.sell(request, server.url, workspace.id, 250);

    await signIn(page, server.url);
    await page.goto(`${server.url}/app/settings/profile`);
    await page.getByRole("link", { name: "Credits" }).click();
    await expect(page.getByText("10,250 left")).toBeVisible();
    await expect(page.getByRole("row", { name: /Bought \+250/ })).toBeVisible();

    await page.getByLabel("Under so many credits").fill("1000");
    await page.getByLabel("Buy so many").fill("500");
    await expect(page.getByText("Costs €20.00 each time")).toBeVisible();
    await page.getByLabel("Charge the card that is kept at Stripe").check();
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByText("Saved")).toBeVisible();
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    const spent = await request.post(`${server.url}/api/workspaces/${workspace.id}/credits/reservations`, { headers, data: { key: "a", label: "a model", credits: 9_500 } });
    expect(spent.status()).toBe(200);
    await expect.poll(() => stripe.charges.length).toBe(1);
    expect(stripe.charges[0]?.get("payment_method")).toBe("pm_1");
    await expect(async () => {
      await page.reload();
      await expect(page.getByRole("row", { name: /Smart recharge \+500/ })).toBeVisible({ timeout: 1_000 });
    }).toPass();
    await expect(page.getByText("1,250 left")).toBeVisible();
    await expect(page.getByText("Charges within 24 hours: 1 of 5")).toBeVisible();

    await page.setViewportSize({ width: 360, height: 800 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    await page.getByLabel("How many").fill("0");
    await expect(page.getByText("A whole number from 1 to 10,000,000")).toBeVisible();
    await page.getByLabel("How many").fill("2000");
    await expect(page.getByText("Costs €80.00", { exact: true })).toBeVisible();
    await page.getByRole("button", { name: "Buy credits" }).click();
    await page.waitForURL(/\/pay\?/);
    expect(new URL(page.url()).searchParams.get("metadata[credits]")).toBe("2000");
  } finally {
    await server.close();
    stripe.close();
  }
});

test("where payments are taken, plan and credits are clean in each of their states", async ({ page, request }) => {
  const said: string[] = [];
  page.on("console", (it) => it.type() === "error" && said.push(it.text()));
  page.on("pageerror", (it) => said.push(it.message));
  const stripe = await Stripe.start();
  const server = await Server.start(stripe.options);
  try {
    const { workspace, headers } = await begun(request, server.url, "free");
    await signIn(page, server.url);
    const look = async (part: string, state: string, isThere: (page: Page) => Promise<unknown>) => {
      for (const width of [1280, 360]) {
        await page.setViewportSize({ width, height: 800 });
        await page.goto(`${server.url}/app/settings/${part}`);
        await isThere(page);
        await expect(page.getByRole("status", { name: /Reading|Loading/ })).toHaveCount(0);
        await expectCleanInBothThemes(page, `${part} ${state} ${width}`);
      }
    };
    const sees = (text: string | RegExp) => (on: Page) => expect(on.getByText(text)).toBeVisible();
    await look("plan", "for sale", (on) => expect(on.getByRole("button", { name: "Choose Business, €3,990.00 a year" })).toBeVisible());
    await look("credits", "nothing bought", sees("No credits came or went yet."));

    await stripe.sell(request, server.url, workspace.id, 250);
    const recharge = await request.patch(`${server.url}/api/credits/smart-recharge/${workspace.id}`, { headers, data: { threshold: 100, rechargeAmount: 500, active: true } });
    expect(recharge.status()).toBe(200);
    await look("plan", "a customer", (on) => expect(on.getByRole("button", { name: "Cards, invoices and cancelling" })).toBeVisible());
    await look("credits", "recharged", (on) => expect(on.getByLabel("Charge the card that is kept at Stripe")).toBeChecked());

    await stripe.subscribe(request, server.url, workspace.id);
    await look("plan", "subscribed", (on) => expect(on.getByRole("button", { name: "Change to Business, €3,990.00 a year…" })).toBeVisible());
    await page.getByRole("button", { name: /^Change to Business/ }).click();
    await expect(page.getByRole("alertdialog").getByText("Change to the plan Business? The next bill is €3,941.00.")).toBeVisible();
    await page.getByRole("button", { name: "Change the plan" }).click();
    await expect(page.getByText("The plan changes as soon as Stripe says so.")).toBeVisible();
    expect(stripe.changes.at(-1)?.get("items[0][price]")).toBe("price_business");

    // Of a plan that gives more there is more to spend first.
    stripe.declines = true;
    await request.post(`${server.url}/api/workspaces/${workspace.id}/credits/reservations`, { headers, data: { key: "a", label: "a model that answers at length", credits: 10_200 } });
    await expect.poll(() => stripe.charges.length).toBeGreaterThan(0);
    await expect.poll(async () => ((await (await request.get(`${server.url}/api/credits/smart-recharge/${workspace.id}`, { headers })).json()) as { offReason?: string }).offReason).toBe("declined");
    await look("credits", "declined", sees(/the card was declined/));
    expect(said).toEqual([]);

    stripe.close();
    await look("credits", "no provider", sees("The prices could not be read."));
  } finally {
    await server.close();
    stripe.close();
  }
});
