// Pictures of every screen for `docs/screenshots`: `TAILORBIRD_BIN=… npm run screenshots`, of one workspace's
// screens alone with `-g "in use"`, and of some of them with `SCREENS=editor,workflows`.
// Each in both themes, wide and narrow; what matters on a phone in the other two languages as well.
import { writeFileSync } from "node:fs";
import { test, type APIRequestContext, type Page } from "@playwright/test";
import { codeOf } from "./code";
import { Server } from "./server";
import { Stripe } from "./stripe";

const FOLDER = "../docs/screenshots";
const PASSWORD = "nine lemons at dawn";
const OFF = ["--rate-auth", "off", "--rate-api", "off", "--rate-upload", "off"];
const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 360, height: 740 };

const READING = /^(Reading|Looking|Comparing|Lendo|Leyendo)/;

type Prepare = (page: Page) => Promise<unknown>;
/** Where it is, what is done there first, and what is there when it is ready to be taken. */
type Screen = [name: string, path: string, prepare?: Prepare];

const press = (name: string | RegExp): Prepare => (page) => page.getByRole("button", { name, exact: typeof name === "string" }).first().click();
const key = (keys: string): Prepare => async (page) => {
  await page.keyboard.press(keys);
  await page.getByRole("dialog").waitFor();
};

/** Packed small: a good hundred of them lie beside the source. */
async function shot(page: Page, name: string) {
  const png = await page.screenshot({ animations: "disabled", caret: "hide" });
  if (process.env.PICTURES) writeFileSync(`${process.env.PICTURES}/${name}.png`, png);
  // The pages' own policy lets no such picture in.
  const packer = await page.context().newPage();
  const packed = await packer.evaluate(async (base64) => {
    const image = new Image();
    image.src = `data:image/png;base64,${base64}`;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    canvas.getContext("2d")?.drawImage(image, 0, 0);
    const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: "image/webp", quality: 0.75 })).arrayBuffer());
    let text = "";
    for (const it of bytes) text += String.fromCharCode(it);
    return btoa(text);
  }, png.toString("base64"));
  await packer.close();
  writeFileSync(`${FOLDER}/${name}.webp`, Buffer.from(packed, "base64"));
}

async function take(page: Page, url: string, [name, path, prepare]: Screen, suffix = "") {
  if (process.env.SCREENS && !process.env.SCREENS.split(",").includes(name)) return;
  for (const size of suffix ? [NARROW] : [WIDE, NARROW]) {
    await page.setViewportSize(size);
    // A new page, also where only what is behind the sharp differs.
    await page.goto("about:blank");
    await page.goto(url + path);
    await page.getByRole("heading", { level: 1 }).waitFor({ state: "attached" });
    // Some pages listen all the time, and so are never idle.
    await page.waitForTimeout(600);
    await page.getByRole("status", { name: READING }).first().waitFor({ state: "hidden" });
    await prepare?.(page);
    await page.waitForTimeout(400);
    await page.getByRole("status", { name: READING }).first().waitFor({ state: "hidden" });
    for (const colorScheme of suffix ? (["light"] as const) : (["light", "dark"] as const)) {
      await page.emulateMedia({ colorScheme });
      await shot(page, [name, colorScheme, ...(size === NARROW ? ["360"] : []), ...(suffix ? [suffix] : [])].join("-"));
    }
  }
}

async function register(request: APIRequestContext, url: string, name = "Ada Lovelace", invitation?: string) {
  const email = `${name.split(" ")[0]?.toLowerCase()}@example.com`;
  const made = await request.post(`${url}/api/auth/register`, { data: { email, password: PASSWORD, name, invitation } });
  const { accessToken, workspace } = (await made.json()) as { accessToken: string; workspace: { id: string } };
  return { workspace, headers: { authorization: `Bearer ${accessToken}` } };
}

async function signIn(page: Page, url: string) {
  await page.goto(`${url}/app/sign-in`);
  await page.locator('input[type="email"]').fill("ada@example.com");
  await page.locator('input[type="password"]').fill(PASSWORD);
  await page.locator('form button[type="submit"]').click();
  await page.getByRole("heading", { name: "Home", level: 1 }).waitFor();
}

/** A workspace in use: runs that went well and badly, one that waits for a person, people, keys and the rest. */
async function furnish(request: APIRequestContext, url: string) {
  const { headers, workspace } = await register(request, url);
  const post = async (path: string, data: object) => {
    const answer = await request.post(url + path, { headers, data });
    if (!answer.ok()) throw new Error(`${path}: ${await answer.text()}`);
    return (await answer.json()) as Record<string, string>;
  };
  for (const body of [{}, { customer: "Grace", items: [{ price: 9, qty: 2 }] }, { customer: "Ada", items: [{ price: 40, qty: 3 }] }]) {
    await request.post(`${url}/webhook/order`, { data: body, headers: { "x-shop": "lisbon" } });
  }
  const at = (it: object, n: number) => ({ id: `n${n}`, position: [n * 240, 0], ...it });
  const start = { name: "Start", type: "trigger.manual" };
  const chain = (name: string, nodes: { name: string; type: string; parameters?: object }[]) => ({ name, nodes: nodes.map(at), connections: nodes.slice(1).map((it, n) => ({ from: nodes[n]?.name, to: it.name })) });
  const refuse = { name: "Check the stock", type: "flow.stop", parameters: { message: "=order {{ $json.order }} cannot be met: nothing is left of it" } };
  const failing = await post("/api/workflows", chain("Reserve stock", [start, refuse]));
  for (const order of [1041, 1042, 1050]) await post(`/api/workflows/${failing.id}/execute`, { items: [{ json: { order } }], waitMs: 30_000 });
  const fields = JSON.stringify([{ label: "Name", type: "text", required: true }, { label: "Is it fine?", type: "dropdown", options: ["Yes", "No"] }]);
  const asking = await post("/api/workflows", chain("Approve a quote", [start, { name: "Ask Grace", type: "flow.wait", parameters: { until: "form", title: "A quote of 1,200 €", description: "For the new windows.", fields } }, { name: "Send it", type: "flow.no_op" }]));
  const waiting = await post(`/api/workflows/${asking.id}/execute`, {});
  await post("/api/variables", { name: "shop", value: "Lisbon" });
  await post("/api/credentials", { name: "Door of the shop", type: "httpHeaderAuth", fields: { name: "X-Api-Key", value: "between us" } });
  const key = await post("/api/keys", { name: "Deploys", role: "editor" });
  for (const path of ["/workflows", "/workflows", "/executions", "/nothing"]) await request.get(`${url}/api${path}`, { headers: { authorization: `Bearer ${key.key}` } });
  const old = await post("/api/keys", { name: "Last year's robot", role: "viewer" });
  await request.put(`${url}/api/keys/${old.id}`, { headers, data: { active: false } });
  const invited = await post(`/api/workspaces/${workspace.id}/invitations`, { email: "grace@example.com", role: "operator" });
  await register(request, url, "Grace Hopper", invited.link?.split("#")[1]);
  const second = await post(`/api/workspaces/${workspace.id}/invitations`, { email: "joan@example.com", role: "viewer" });
  await register(request, url, "Joan Clarke", second.link?.split("#")[1]);
  const { items: members } = (await (await request.get(`${url}/api/workspaces/${workspace.id}/members`, { headers })).json()) as { items: { id: string; name: string }[] };
  await request.put(`${url}/api/workspaces/${workspace.id}/members/${members.find((it) => it.name === "Joan Clarke")?.id}`, { headers, data: { role: "viewer", suspended: true } });
  await post(`/api/workspaces/${workspace.id}/invitations`, { email: "linus@example.com", role: "viewer" });
  const of = async (path: string, name: string) => ((await (await request.get(url + path, { headers })).json()) as { items: { id: string; name?: string; workflowName?: string; path?: string }[] }).items.find((it) => (it.name ?? it.workflowName ?? it.path) === name)?.id ?? "";
  const order = await of("/api/workflows", "Take an order");
  const run = await of("/api/executions", "Take an order");
  const failed = await of("/api/executions", "Reserve stock");
  const hooks = (await (await request.get(`${url}/api/webhooks`, { headers })).json()) as { items: { id: string; workflowId: string }[] };
  return { headers, workspace, order, run, failed, waiting: waiting.executionId, failing: failing.id, hook: hooks.items.find((it) => it.workflowId === order)?.id };
}

test.setTimeout(0);

test("the way in", async ({ page }) => {
  const server = await Server.start(OFF);
  try {
    await take(page, server.url, ["register", "/app/register"]);
    await register(page.request, server.url);
    for (const path of ["sign-in", "sign-in/sso", "forgot", "reset#x", "join#x", "no/such/page"]) await take(page, server.url, [path.replaceAll(/\W/g, "-").replace(/-x$/, ""), `/app/${path}`]);
    await take(page, server.url, ["sign-in-refused", "/app/sign-in", async () => {
      await page.getByLabel("E-mail").fill("ada@example.com");
      await page.getByLabel("Password").fill("not this one");
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await page.getByRole("alert").waitFor();
    }]);
    await signIn(page, server.url);
    await take(page, server.url, ["home-first-day", "/app/"]);
    for (const name of ["workflows", "executions", "webhooks"]) await take(page, server.url, [`${name}-empty`, `/app/${name}`]);
    for (const name of ["credentials", "variables", "keys", "gateway"]) await take(page, server.url, [`${name}-empty`, `/app/settings/${name}`]);
    await page.setViewportSize(WIDE);
    await page.goto(`${server.url}/app/settings/profile`);
    const part = page.locator("section", { has: page.getByRole("heading", { name: "Second factor", exact: true }) });
    let secret = "";
    await take(page, server.url, ["second-factor", "/app/settings/profile", async () => {
      await part.getByLabel("Current password").fill(PASSWORD);
      await part.getByRole("button", { name: "Set up" }).click();
      secret = (await part.locator("code").textContent()) ?? "";
      await part.getByRole("heading").scrollIntoViewIfNeeded();
    }]);
    await part.getByLabel("Code").fill(codeOf(secret));
    await part.getByRole("button", { name: "Turn on" }).click();
    await part.getByRole("button", { name: "I have kept them" }).waitFor();
    await shot(page, "recovery-codes-dark-360");
    await part.getByRole("button", { name: "I have kept them" }).click();
    await page.evaluate(() => localStorage.clear());
    await take(page, server.url, ["sign-in-code", "/app/sign-in", async () => {
      await page.getByLabel("E-mail").fill("ada@example.com");
      await page.getByLabel("Password").fill(PASSWORD);
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await page.getByLabel("Code").waitFor();
    }]);
  } finally {
    await server.close();
  }
});

test("a workspace in use", async ({ page }) => {
  const server = await Server.start(["--demo", ...OFF]);
  const { url } = server;
  try {
    const { order, run, failed, waiting, failing, hook, headers } = await furnish(page.request, url);
    await signIn(page, url);
    const editor = `/app/workflows/${order}`;
    const settings = ["profile", "workspace", "plan", "credits", "members", "roles", "sso", "credentials", "variables", "keys", "gateway", "audit", "platform"].map((it): Screen => [it, `/app/settings/${it}`]);
    const screens: Screen[] = [
      ["home", "/app/"],
      ["commands", "/app/", key("Control+k")],
      ["workflows", "/app/workflows"],
      ["templates", "/app/workflows", async () => {
        // On a narrow screen the palette has it.
        await page.keyboard.press("Control+k");
        await page.keyboard.type("template");
        await page.keyboard.press("Enter");
        await page.getByText("Watch a page").waitFor();
      }],
      ["import", "/app/workflows", press("Import")],
      ["editor", editor],
      ["editor-node", `${editor}?node=Add up`],
      ["editor-keys", editor, key("?")],
      ["add-node", editor, press("Add node")],
      ["publish", editor, async () => {
        await press("Publish")(page);
        await page.getByRole("button", { name: "Publish now" }).waitFor();
      }],
      ["versions", editor, press("Versions")],
      ["workflow-settings", editor, press("Settings of the workflow")],
      ["share", editor, press("Share")],
      ["executions", "/app/executions"],
      ["causes", "/app/executions?view=causes"],
      ["execution", `/app/executions/${run}?step=Add up`],
      ["execution-failed", `/app/executions/${failed}?step=Check the stock`],
      ["execution-waiting", `/app/executions/${waiting}?step=Ask Grace`],
      ["replay", `/app/executions/${run}`, press("Replay…")],
      ["webhooks", "/app/webhooks"],
      ["webhook", `/app/webhooks?hook=${hook}`, (it) => it.getByRole("region", { name: "Requests" }).getByRole("button").first().click()],
      ...settings,
      ["credential", "/app/settings/credentials", press("New credential")],
      ["role", "/app/settings/roles", press("Look")],
      ["key", "/app/settings/keys", press("New key")],
      ["key-use", "/app/settings/keys", async () => {
        await press("More about Deploys")(page);
        await page.getByRole("menuitem", { name: "What it asked for…" }).click();
      }],
      ["route", "/app/settings/gateway", press("New route")],
    ];
    // What is drawn in the editor must be there to be told apart from what runs.
    const stored = (await (await page.request.get(`${url}/api/workflows/${order}`, { headers })).json()) as { draft: { nodes: { name: string; parameters: object }[] } };
    const nodes = stored.draft.nodes.map((it) => (it.name === "Say thanks" ? { ...it, name: "Thank them" } : it));
    const wires = (stored.draft as unknown as { connections: { from: string; to: string }[] }).connections.map((it) => ({ ...it, to: it.to === "Say thanks" ? "Thank them" : it.to }));
    await page.request.put(`${url}/api/workflows/${order}`, { headers, data: { ...stored.draft, nodes, connections: wires } });
    for (const it of screens) await take(page, url, it);
    for (const language of ["pt-BR", "es"]) {
      await page.request.put(`${url}/api/users/preferences`, { headers, data: { language } });
      await page.evaluate((it) => localStorage.setItem("language", it), language);
      const some: Screen[] = [...screens.filter(([name]) => ["home", "workflows", "editor-node", "executions", "execution", "execution-waiting", "webhook", "roles", "plan"].includes(name)).map(([name, path]): Screen => [name, path]), ["editor-mend", `/app/workflows/${failing}?node=Check the stock`], ["role", "/app/settings/roles", (it) => it.locator("tbody button").first().click()]];
      for (const it of some) await take(page, url, it, language);
    }
    await page.request.put(`${url}/api/users/preferences`, { headers, data: { language: "en" } });
    await page.evaluate(() => localStorage.setItem("language", "en"));
    await page.route(/\/api\/(dashboard|statistics|executions|workflows)/, (it) => it.fulfill({ status: 422, json: { error: { code: "internal", message: "the disk is full", requestId: "req_1", docs: "" } } }));
    await take(page, url, ["home-trouble", "/app/"]);
    await page.unroute(/\/api\/(dashboard|statistics|executions|workflows)/);
    await page.goto(`${url}/app/`);
    await page.getByText("order … cannot be met").waitFor();
    await server.kill();
    await page.getByText(/does not answer|runs go on/).waitFor();
    for (const size of [WIDE, NARROW]) {
      await page.setViewportSize(size);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        await shot(page, `offline-${colorScheme}${size === NARROW ? "-360" : ""}`);
      }
    }
  } finally {
    await server.close();
  }
});

test("payments", async ({ page }) => {
  const stripe = await Stripe.start();
  const server = await Server.start([...stripe.options, ...OFF]);
  try {
    const { workspace, headers } = await register(page.request, server.url);
    await page.request.put(`${server.url}/api/platform/plans`, { headers, data: { workspaceId: workspace.id, plan: "free" } });
    await signIn(page, server.url);
    await take(page, server.url, ["plan-for-sale", "/app/settings/plan", (it) => it.getByRole("heading", { name: "Payments" }).scrollIntoViewIfNeeded()]);
    await stripe.sell(page.request, server.url, workspace.id, 250);
    await page.request.patch(`${server.url}/api/credits/smart-recharge/${workspace.id}`, { headers, data: { threshold: 100, rechargeAmount: 500, active: true } });
    await take(page, server.url, ["credits-bought", "/app/settings/credits"]);
    await stripe.subscribe(page.request, server.url, workspace.id);
    await take(page, server.url, ["plan-subscribed", "/app/settings/plan", (it) => it.getByRole("heading", { name: "Payments" }).scrollIntoViewIfNeeded()]);
    stripe.declines = true;
    await page.request.post(`${server.url}/api/workspaces/${workspace.id}/credits/reservations`, { headers, data: { key: "a", label: "a model that answers at length", credits: 10_200 } });
    await take(page, server.url, ["credits-declined", "/app/settings/credits", (it) => it.getByText(/the card was declined/).waitFor()]);
  } finally {
    await server.close();
    stripe.close();
  }
});
