// What people see of trouble: a run that goes on after a crash, failures by their cause, and the same run again.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test, type APIRequestContext, type Page } from "@playwright/test";
import { Server } from "./server";

const PERSON = { email: "ada@example.com", password: "nine lemons at dawn" };

/** Registers whoever looks after a new server, signs in, and gives the headers that a call needs. */
async function enter(page: Page, url: string) {
  await page.request.post(`${url}/api/auth/register`, { data: { ...PERSON, name: "Ada Lovelace" } });
  await page.goto(`${url}/app/sign-in`);
  await page.getByLabel("E-mail").fill(PERSON.email);
  await page.getByLabel("Password").fill(PERSON.password);
  const signedIn = page.waitForResponse((it) => it.url().endsWith("/api/auth/login"));
  await page.getByRole("button", { name: "Sign in" }).click();
  const { accessToken } = (await (await signedIn).json()) as { accessToken: string };
  await expect(page.getByRole("heading", { name: "Home" })).toBeVisible();
  return { authorization: `Bearer ${accessToken}` };
}

async function make(request: APIRequestContext, url: string, headers: Record<string, string>, name: string, nodes: object[], wires: [string, string][]) {
  const at = (it: object, n: number) => ({ id: `n${n}`, position: [n * 220, 0], ...it });
  const connections = wires.map(([from, to]) => ({ from, to }));
  const made = await request.post(`${url}/api/workflows`, { headers, data: { name, nodes: nodes.map(at), connections } });
  expect(made.status(), await made.text()).toBe(201);
  return ((await made.json()) as { id: string }).id;
}

const start = { name: "Start", type: "trigger.manual", parameters: {} };
const set = (name: string, field: string, value: string) => ({ name, type: "data.set", parameters: { fields: [{ name: field, type: "string", value }], include: "all" } });

test("a run goes on after its server was killed, and repeats nothing", async ({ page }) => {
  const keys: (string | undefined)[] = [];
  let arrived = () => {};
  const first = new Promise<void>((done) => (arrived = done));
  // The other side takes the first request and never answers it.
  const other = createServer((request, response) => {
    keys.push(request.headers["idempotency-key"] as string | undefined);
    if (keys.length === 1) return arrived();
    response.setHeader("content-type", "application/json").end('{"said":"hello again"}');
  });
  await new Promise<void>((done) => other.listen(0, "127.0.0.1", done));
  const server = await Server.start();
  try {
    const headers = await enter(page, server.url);
    const address = `http://127.0.0.1:${(other.address() as AddressInfo).port}/`;
    const call = { name: "Call", type: "http.request", parameters: { method: "POST", url: address }, inDoubt: "retry" };
    const id = await make(page.request, server.url, headers, "Survivor", [start, set("Prepare", "n", "1"), call], [["Start", "Prepare"], ["Prepare", "Call"]]);
    const run = await page.request.post(`${server.url}/api/workflows/${id}/execute`, { headers, data: {} });
    const { executionId } = (await run.json()) as { executionId: string };
    await page.goto(`${server.url}/app/executions/${executionId}`);
    await expect(page.getByRole("heading", { name: "Survivor" })).toBeVisible();
    await first;
    await expect(page.getByText("Running", { exact: true }).first()).toBeVisible();
    await server.kill();
    await expect(page.getByText(/runs go on by themselves/)).toBeVisible();
    await server.run();
    await expect(page.getByText(/Resumed here at/)).toBeVisible();
    await expect(page.getByText(/runs go on by themselves/)).toHaveCount(0);
    await expect(page.getByText("Not repeated: Start, Prepare.")).toBeVisible();
    await expect(page.getByText("Done, kept")).toHaveCount(2);
    await page.getByRole("button", { name: /^Call Done/ }).click();
    await expect(page.getByText("hello again").first()).toBeVisible();
    expect(keys).toHaveLength(2);
    expect(keys[0]).toBeTruthy();
    expect(keys[1]).toBe(keys[0]);
  } finally {
    await server.close();
    other.closeAllConnections();
    other.close();
  }
});

test("failures are grouped and retried; a run is replayed with other input and compared", async ({ page }) => {
  const server = await Server.start();
  try {
    const headers = await enter(page, server.url);
    const stop = { name: "Refuse", type: "flow.stop", parameters: { message: "=order {{ $json.n }} was refused" } };
    const failing = await make(page.request, server.url, headers, "Refuses", [start, stop], [["Start", "Refuse"]]);
    for (const n of [1, 2]) await page.request.post(`${server.url}/api/workflows/${failing}/execute`, { headers, data: { items: [{ json: { n } }], waitMs: 30_000 } });
    await page.goto(`${server.url}/app/executions?view=causes`);
    await expect(page.getByText("2 failures")).toBeVisible();
    await expect(page.getByText("order … was refused")).toBeVisible();
    await page.getByRole("button", { name: "Retry 2" }).click();
    await expect(page.getByText("2 run again.")).toBeVisible();
    await expect(page.getByText("2 failures")).toBeVisible();
    await page.getByRole("button", { name: /order … was refused/ }).click();
    await expect(page.getByRole("row")).toHaveCount(3);

    const greet = await make(page.request, server.url, headers, "Greets", [start, set("Greet", "said", "={{ 'Hello ' + $json.name }}")], [["Start", "Greet"]]);
    const run = await page.request.post(`${server.url}/api/workflows/${greet}/execute`, { headers, data: { items: [{ json: { name: "Ada" } }], waitMs: 30_000 } });
    const { executionId } = (await run.json()) as { executionId: string };
    await page.goto(`${server.url}/app/executions/${executionId}?step=Greet`);
    await page.getByRole("button", { name: "Replay from here…" }).click();
    await expect(page.getByLabel("Begin at")).toHaveValue("Greet");
    await page.getByRole("textbox", { name: "Input" }).fill('[{"name": "Grace"}]');
    await page.getByRole("button", { name: "Replay", exact: true }).click();
    await expect(page.getByText("as a replay")).toBeVisible();
    await page.getByRole("link", { name: "Compare with the run that it replays" }).click();
    await expect(page.getByText("2 steps differ.")).toBeVisible();
    await page.getByRole("button", { name: "Greet", exact: true }).click();
    await expect(page.getByText('"said": "Hello Grace"')).toBeVisible();
    await expect(page.getByText('"said": "Hello Ada"')).toBeVisible();
  } finally {
    await server.close();
  }
});
