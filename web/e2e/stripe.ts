// A payment provider that speaks as Stripe does, as far as the pages of payments ask it.
import { createHmac } from "node:crypto";
import { createServer, type Server as Http } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, type APIRequestContext } from "@playwright/test";

const SIGNING_SECRET = "whsec_house";
const PRICES = [
  { id: "price_credits", product: "prod_1", lookup_key: "tailorbird_credits", unit_amount: 4, currency: "eur", recurring: null },
  { id: "price_pro", product: "prod_2", lookup_key: "tailorbird_pro", unit_amount: 4900, currency: "eur", recurring: { interval: "month" } },
  { id: "price_business", product: "prod_3", lookup_key: "tailorbird_business", unit_amount: 399000, currency: "eur", recurring: { interval: "year" } },
];

export class Stripe {
  readonly charges: URLSearchParams[] = [];
  /** What subscriptions were changed to. */
  readonly changes: URLSearchParams[] = [];
  /** Whether the next charges are declined. */
  declines = false;

  private constructor(private readonly http: Http) {}

  static async start(): Promise<Stripe> {
    const http = createServer();
    await new Promise<void>((done) => http.listen(0, "127.0.0.1", done));
    const stripe = new Stripe(http);
    http.on("request", async (request, response) => {
      let text = "";
      for await (const piece of request) text += piece;
      const path = (request.url ?? "").split("?")[0] ?? "";
      const [status, answer] = stripe.answer(path, text);
      response.writeHead(status, { "content-type": path === "/pay" ? "text/html" : "application/json" });
      response.end(typeof answer === "string" ? answer : JSON.stringify(answer));
    });
    return stripe;
  }

  get url() {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  /** What a server is started with to take payments here. */
  get options() {
    return ["--stripe-key", "sk_test_house", "--stripe-webhook-secret", SIGNING_SECRET, "--stripe-url", this.url];
  }

  private answer(path: string, text: string): [number, unknown] {
    switch (path) {
      case "/pay":
        return [200, "<title>Pay</title>"];
      case "/v1/prices":
        return [200, { data: PRICES }];
      case "/v1/customers/cus_1":
        return [200, { id: "cus_1", invoice_settings: { default_payment_method: null } }];
      case "/v1/customers/cus_1/payment_methods":
        return [200, { data: [{ id: "pm_1" }] }];
      case "/v1/checkout/sessions":
        return [200, { url: `${this.url}/pay?${text}` }];
      case "/v1/payment_intents": {
        this.charges.push(new URLSearchParams(text));
        if (this.declines) return [402, { error: { type: "card_error", code: "card_declined", decline_code: "insufficient_funds", message: "Your card has insufficient funds." } }];
        const amount = Number(this.charges.at(-1)?.get("amount"));
        return [200, { id: `pi_${this.charges.length}`, status: "succeeded", amount, amount_received: amount, currency: "eur", created: Math.floor(Date.now() / 1000) }];
      }
      case "/v1/subscriptions/sub_1":
        if (text) this.changes.push(new URLSearchParams(text));
        return [200, { id: "sub_1", items: { data: [{ id: "si_1" }] } }];
      case "/v1/invoices/create_preview":
        return [200, { amount_due: 394100, currency: "eur" }];
      default:
        return [404, { error: { message: "nothing here" } }];
    }
  }

  /** Tells a server that a workspace has bought credits and left its card. */
  async sell(request: APIRequestContext, server: string, workspace: string, credits: number) {
    const object = { id: `cs_${credits}`, mode: "payment", payment_status: "paid", customer: "cus_1", amount_total: 4 * credits, currency: "eur", metadata: { workspace, kind: "credits", credits: String(credits) } };
    await this.tell(request, server, { id: `evt_${credits}`, type: "checkout.session.completed", created: 1, data: { object } });
  }

  /** Tells a server that a workspace has subscribed to the plan `pro`. */
  async subscribe(request: APIRequestContext, server: string, workspace: string) {
    const ends = Math.floor(Date.now() / 1000) + 30 * 86_400;
    const object = { id: "sub_1", customer: "cus_1", status: "active", current_period_end: ends, metadata: { workspace, plan: "pro" }, items: { data: [{ price: { lookup_key: "tailorbird_pro" } }] } };
    await this.tell(request, server, { id: "evt_sub", type: "customer.subscription.created", created: 2, data: { object } });
  }

  private async tell(request: APIRequestContext, server: string, said: object) {
    const event = JSON.stringify(said);
    const at = Math.floor(Date.now() / 1000);
    const signature = createHmac("sha256", SIGNING_SECRET).update(`${at}.${event}`).digest("hex");
    const heard = await request.post(`${server}/stripe/webhook`, { headers: { "stripe-signature": `t=${at},v1=${signature}`, "content-type": "application/json" }, data: event });
    expect(heard.status()).toBe(200);
  }

  close() {
    this.http.close();
    this.http.closeAllConnections();
  }
}
