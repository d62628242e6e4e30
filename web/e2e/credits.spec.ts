// The page of credits: what is left, buying some, smart recharge that buys by itself, and the ledger.
import { createHmac } from "node:crypto";
import { createServer, type Server as Http } from "node:http";
import type { AddressInfo } from "node:net";
import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { Server } from "./server";

const PASSWORD = "nine lemons at dawn";
const SIGNING_SECRET = "whsec_house";

/** A payment provider that speaks as Stripe does, as far as these pages ask it. */
async function provider(): Promise<{ url: string; charges: URLSearchParams[]; http: Http }> {
  const charges: URLSearchParams[] = [];
  const http = createServer(async (request, response) => {
    let text = "";
    for await (const piece of request) text += piece;
    const path = (request.url ?? "").split("?")[0] ?? "";
    const url = `http://${request.headers.host}`;
    const answers: Record<string, () => unknown> = {
      "/v1/prices": () => ({ data: [{ id: "price_credits", product: "prod_1", lookup_key: "tailorbird_credits", unit_amount: 4, currency: "eur", recurring: null }] }),
      "/v1/customers/cus_1": () => ({ id: "cus_1", invoice_settings: { default_payment_method: null } }),
      "/v1/customers/cus_1/payment_methods": () => ({ data: [{ id: "pm_1" }] }),
      "/v1/checkout/sessions": () => ({ url: `${url}/pay?${text}` }),
      "/v1/payment_intents": () => {
        charges.push(new URLSearchParams(text));
        const amount = Number(charges.at(-1)?.get("amount"));
        return { id: `pi_${charges.length}`, status: "succeeded", amount, amount_received: amount, currency: "eur", created: Math.floor(Date.now() / 1000) };
      },
    };
    const answer = answers[path];
    response.setHeader("content-type", path === "/pay" ? "text/html" : "application/json");
    if (path === "/pay") response.end("<title>Pay</title>");
    else response.writeHead(answer ? 200 : 404).end(JSON.stringify(answer?.() ?? { error: { message: "nothing here" } }));
  });
  await new Promise<void>((done) => http.listen(0, "127.0.0.1", done));
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, charges, http };
}

test("credits are bought, by hand and by themselves", async ({ page, request }) => {
  const stripe = await provider();
  const server = await Server.start(["--stripe-key", "sk_test_house", "--stripe-webhook-secret", SIGNING_SECRET, "--stripe-url", stripe.url]);
  try {
    const made = await request.post(`${server.url}/api/auth/register`, { data: { email: "ada@example.com", password: PASSWORD, name: "Ada" } });
    const { accessToken, workspace } = (await made.json()) as { accessToken: string; workspace: { id: string } };
    const headers = { authorization: `Bearer ${accessToken}` };
    await request.put(`${server.url}/api/platform/plans`, { headers, data: { workspaceId: workspace.id, plan: "pro" } });
    // She bought some already, and left her card.
    const bought = { id: "cs_1", mode: "payment", payment_status: "paid", customer: "cus_1", amount_total: 1000, currency: "eur", metadata: { workspace: workspace.id, kind: "credits", credits: "250" } };
    const event = JSON.stringify({ id: "evt_1", type: "checkout.session.completed", created: 1, data: { object: bought } });
    const at = Math.floor(Date.now() / 1000);
    const signature = createHmac("sha256", SIGNING_SECRET).update(`${at}.${event}`).digest("hex");
    const heard = await request.post(`${server.url}/stripe/webhook`, { headers: { "stripe-signature": `t=${at},v1=${signature}`, "content-type": "application/json" }, data: event });
    expect(heard.status()).toBe(200);

    await page.goto(`${server.url}/app/sign-in`);
    await page.getByLabel("E-mail").fill("ada@example.com");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByRole("heading", { name: "Home" })).toBeVisible();
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
    stripe.http.close();
  }
});
