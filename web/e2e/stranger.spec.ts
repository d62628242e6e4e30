// A stranger's errand, by the interface alone: a feed on weekdays, its entries about Rust to an address, three tries,
// and another workflow that tells of a failure. Each click is counted, so that it does not get harder unseen.
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test, type Locator, type Page } from "@playwright/test";
import { enter } from "./steps";

/** What the errand may take. */
const CLICKS_MAX = 30;

class Clicks {
  n = 0;
  async on(it: Locator) {
    this.n += 1;
    await it.click();
  }
}

test("a feed is read, sifted and sent on, and a failure is told elsewhere", async ({ page }) => {
  const heard: { path: string; body: string }[] = [];
  const other = await listen(heard);
  const address = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
  try {
    await enter(page);
    const clicks = new Clicks();

    // The one that tells.
    await clicks.on(page.getByRole("link", { name: "Workflows" }).first());
    await template(page, clicks, "Tell us when a workflow fails");
    await edit(page, clicks, "Tell us", `${address}/alarm`);
    await clicks.on(page.getByRole("button", { name: "Publish", exact: true }));
    await clicks.on(page.getByRole("button", { name: "Publish now" }));
    await expect(page.getByRole("button", { name: "Published", exact: true })).toBeVisible();

    // The one that works.
    await clicks.on(page.getByRole("link", { name: "Workflows" }).first());
    await template(page, clicks, "New entries of a feed");
    await edit(page, clicks, "Read the feed", `${address}/feed`);
    await edit(page, clicks, "Post it", `${address}/hook`);
    await clicks.on(page.getByRole("button", { name: "Settings of the workflow" }));
    const settings = page.getByRole("dialog", { name: "Settings of the workflow" });
    clicks.n += 1;
    await settings.getByLabel("When it fails, run").selectOption("Tell us when a workflow fails");
    await clicks.on(settings.getByRole("button", { name: "Close" }));
    await clicks.on(page.getByRole("button", { name: "Run", exact: true }));
    await expect(page.getByText("Done", { exact: true })).toBeVisible();
    expect(heard.map((it) => [it.path, JSON.parse(it.body)])).toEqual([["/hook", { title: "Rust 2.0" }], ["/hook", { title: "Why rust is quick" }]]);
    await clicks.on(page.getByRole("button", { name: "Publish", exact: true }));
    await clicks.on(page.getByRole("button", { name: "Publish now" }));
    await expect(page.getByRole("button", { name: "Published", exact: true })).toBeVisible();
    expect(clicks.n).toBeLessThanOrEqual(CLICKS_MAX);

    // Three tries are asked for, at nine on weekdays, and the other one is named.
    const id = new URL(page.url()).pathname.split("/").pop() ?? "";
    const stored = await page.evaluate(async (it) => {
      const refreshed = (await (await fetch("/api/auth/refresh", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ refreshToken: localStorage.getItem("tailorbird.refresh") }) })).json()) as { accessToken: string; refreshToken: string };
      localStorage.setItem("tailorbird.refresh", refreshed.refreshToken);
      return (await (await fetch(`/api/workflows/${it}`, { headers: { authorization: `Bearer ${refreshed.accessToken}` } })).json()) as { draft: { nodes: { name: string; retry?: { tries: number } }[]; settings: { errorWorkflow?: string } } };
    }, id);
    expect(stored.draft.nodes.find((it) => it.name === "Post it")?.retry?.tries).toBe(3);
    expect(stored.draft.settings.errorWorkflow).toBeTruthy();
    await page.goto("/app/workflows?search=New%20entries");
    await expect(page.getByRole("row", { name: /New entries of a feed/ })).toContainText(/0?9:00/);
  } finally {
    await new Promise((done) => other.close(done));
  }
});

async function template(page: Page, clicks: Clicks, title: string) {
  await clicks.on(page.getByRole("button", { name: "Templates" }));
  await clicks.on(page.getByRole("button", { name: new RegExp(`^${title}`) }));
  await expect(page.getByLabel("Name of the workflow")).toHaveValue(title);
}

/** A double click on a node opens its form. */
async function edit(page: Page, clicks: Clicks, node: string, address: string) {
  clicks.n += 1;
  await page.locator(".react-flow__node").filter({ hasText: node }).dblclick();
  clicks.n += 1;
  await page.getByRole("textbox", { name: "Address" }).fill(address);
  await clicks.on(page.getByRole("region", { name: `Node ${node}` }).getByRole("button", { name: "Close" }));
}

async function listen(heard: { path: string; body: string }[]): Promise<HttpServer> {
  const feed = JSON.stringify([{ title: "Rust 2.0" }, { title: "A new editor" }, { title: "Why rust is quick" }]);
  const server = createServer((request, answer) => {
    let body = "";
    request.on("data", (it: Buffer) => (body += it.toString()));
    request.on("end", () => {
      if (request.method === "POST") heard.push({ path: request.url ?? "", body });
      answer.setHeader("content-type", "application/json").end(request.method === "GET" ? feed : "{}");
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return server;
}
