// A stranger's errand, by the interface alone: a feed on weekdays, its entries about Rust to an address, three tries,
// and another workflow that tells of a failure. Each click is counted, so that it does not get harder unseen.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test, type Locator, type Page } from "@playwright/test";
import { enter } from "./steps";

/** What the errand may take: with a template that asks for what it needs, node by node, and from an empty canvas. */
const CLICKS_MAX = 12;
const CLICKS_BY_NODE_MAX = 30;
const CLICKS_FROM_NOTHING_MAX = 34;

class Clicks {
  n = 0;
  async on(it: Locator) {
    this.n += 1;
    await it.click();
  }
}

test("a feed is read, sifted and sent on, and a failure is told elsewhere", async ({ page }) => {
  const other = await Other.start();
  try {
    await enter(page);
    const clicks = new Clicks();
    await clicks.on(page.getByRole("link", { name: "Workflows" }).first());
    await clicks.on(page.getByRole("button", { name: "Templates" }));
    await clicks.on(page.getByRole("button", { name: /^New entries of a feed/ }));
    const dialog = page.getByRole("dialog", { name: "New entries of a feed" });
    for (const [label, answer] of [["Address of the feed", `${other.url}/feed`], ["What its titles are searched for", "Rust"], ["Post what fits to", `${other.url}/hook`], ["When it fails, post to", `${other.url}/alarm`]] as const) {
      clicks.n += 1;
      await dialog.getByLabel(label).fill(answer);
    }
    await clicks.on(dialog.getByRole("button", { name: "Make the draft" }));
    await expect(page.getByLabel("Name of the workflow")).toHaveValue("New entries of a feed");
    await expect(page.locator(".react-flow__node")).toHaveCount(4);
    await clicks.on(page.getByRole("button", { name: "Run", exact: true }));
    await expect(page.getByText("Done", { exact: true })).toBeVisible();
    expect(other.told("/hook")).toEqual([{ title: "Rust 2.0" }, { title: "Why rust is quick" }]);
    await clicks.on(page.getByRole("button", { name: "Publish", exact: true }));
    await clicks.on(page.getByRole("button", { name: "Publish now" }));
    await expect(page.getByRole("button", { name: "Published", exact: true })).toBeVisible();
    expect(clicks.n).toBeLessThanOrEqual(CLICKS_MAX);

    const { draft, headers } = await stored(page);
    expect(draft.nodes.find((it) => it.name === "Post it")?.retry?.tries).toBe(3);
    // The one that tells is published: it hears of a failure of this one at once.
    other.isBroken = true;
    const id = new URL(page.url()).pathname.split("/").pop() ?? "";
    const nodes = draft.nodes.map(({ retry: _, ...it }) => it);
    await page.request.put(`/api/workflows/${id}`, { headers, data: { ...draft, nodes } });
    await page.request.post(`/api/workflows/${id}/publish`, { headers, data: {} });
    const run = (await (await page.request.post(`/api/workflows/${id}/execute`, { headers, data: { published: true } })).json()) as { executionId: string };
    expect(run.executionId).toBeTruthy();
    await expect.poll(() => other.told("/alarm").length).toBeGreaterThan(0);
    expect(other.told("/alarm")[0]).toMatchObject({ workflow: "New entries of a feed", step: "Read the feed" });
  } finally {
    await other.close();
  }
});

test("the same, node by node", async ({ page }) => {
  const other = await Other.start();
  try {
    await enter(page);
    const clicks = new Clicks();

    // The one that tells.
    await clicks.on(page.getByRole("link", { name: "Workflows" }).first());
    await template(page, clicks, "Tell us when a workflow fails");
    await edit(page, clicks, "Tell us", `${other.url}/alarm`);
    await clicks.on(page.getByRole("button", { name: "Publish", exact: true }));
    await clicks.on(page.getByRole("button", { name: "Publish now" }));
    await expect(page.getByRole("button", { name: "Published", exact: true })).toBeVisible();

    // The one that works.
    await clicks.on(page.getByRole("link", { name: "Workflows" }).first());
    await template(page, clicks, "New entries of a feed");
    await edit(page, clicks, "Read the feed", `${other.url}/feed`);
    await edit(page, clicks, "Post it", `${other.url}/hook`);
    await clicks.on(page.getByRole("button", { name: "Settings of the workflow" }));
    const settings = page.getByRole("dialog", { name: "Settings of the workflow" });
    clicks.n += 1;
    await settings.getByLabel("When it fails, run").selectOption({ label: "Tell us when a workflow fails" });
    await clicks.on(settings.getByRole("button", { name: "Close" }));
    await clicks.on(page.getByRole("button", { name: "Run", exact: true }));
    await expect(page.getByText("Done", { exact: true })).toBeVisible();
    expect(other.told("/hook")).toEqual([{ title: "Rust 2.0" }, { title: "Why rust is quick" }]);
    await clicks.on(page.getByRole("button", { name: "Publish", exact: true }));
    await clicks.on(page.getByRole("button", { name: "Publish now" }));
    await expect(page.getByRole("button", { name: "Published", exact: true })).toBeVisible();
    expect(clicks.n).toBeLessThanOrEqual(CLICKS_BY_NODE_MAX);

    // Three tries are asked for, at nine on weekdays, and the other one is named.
    const { draft } = await stored(page);
    expect(draft.nodes.find((it) => it.name === "Post it")?.retry?.tries).toBe(3);
    expect(draft.settings.errorWorkflow).toBeTruthy();
    await page.goto("/app/workflows?search=New%20entries");
    await expect(page.getByRole("row", { name: /New entries of a feed/ }).first()).toContainText(/0?9:00/);
  } finally {
    await other.close();
  }
});

test("the same, from an empty canvas, without leaving it", async ({ page }) => {
  const other = await Other.start();
  try {
    await enter(page);
    const clicks = new Clicks();
    const panel = page.getByRole("region", { name: /^Node / });
    const add = async (words: string, name: string) => {
      await clicks.on(page.getByRole("button", { name: "Add node" }));
      await page.getByLabel("Search nodes").fill(words);
      await page.getByRole("option").first().waitFor();
      clicks.n += 1;
      await page.keyboard.press("Enter");
      await expect(page.getByRole("region", { name: `Node ${name}` })).toBeVisible();
    };
    const fill = async (label: string, text: string) => {
      clicks.n += 1;
      await panel.getByRole("textbox", { name: label }).fill(text);
    };
    const choose = async (label: string, option: string) => {
      clicks.n += 1;
      await panel.getByLabel(label, { exact: true }).selectOption(option);
    };
    await clicks.on(page.getByRole("button", { name: "New workflow" }));
    // What a node is called need not be known.
    await add("every weekday", "Schedule");
    await choose("Every", "Weekdays, Monday to Friday");
    clicks.n += 1;
    await panel.getByLabel("Hour").fill("9");
    await add("get json", "HTTP request");
    await fill("Address", `${other.url}/feed`);
    await clicks.on(panel.getByRole("button", { name: "Run to here" }));
    await expect(panel.getByText("Why rust is quick")).toBeVisible();

    await add("keep", "Filter");
    await clicks.on(panel.getByRole("button", { name: "Add a condition" }));
    // A click writes the field where the caret is, and its value is seen though the run was before the node.
    await clicks.on(panel.getByRole("button", { name: "title", exact: true }));
    await expect(panel.getByText("Result: Rust 2.0")).toBeVisible();
    await choose("Operation 1", "contains");
    await fill("Right 1", "Rust");
    clicks.n += 1;
    await panel.getByLabel("Ignore case").check();

    await add("post", "HTTP request 2");
    await choose("Method", "POST");
    await fill("Address", `${other.url}/hook`);
    await choose("Body", "JSON");
    await choose("Body by", "Text");
    await fill("JSON", "{{ $json }}");
    await clicks.on(panel.getByText("When it fails, and notes"));
    clicks.n += 1;
    await panel.getByLabel("Tries").fill("3");
    await clicks.on(page.getByRole("button", { name: "Run", exact: true }));
    await expect.poll(() => other.told("/hook")).toEqual([{ title: "Rust 2.0" }, { title: "Why rust is quick" }]);

    await clicks.on(page.getByRole("button", { name: "Settings of the workflow" }));
    const settings = page.getByRole("dialog", { name: "Settings of the workflow" });
    clicks.n += 2;
    await settings.getByLabel("When it fails, run").selectOption("A new one, which posts to an address");
    await settings.getByLabel("Post what failed to").fill(`${other.url}/alarm`);
    await clicks.on(settings.getByRole("button", { name: "Make and publish it" }));
    await expect(settings.getByLabel("When it fails, run").locator("option:checked")).toHaveText("Tell us when a workflow fails");
    await clicks.on(settings.getByRole("button", { name: "Close" }));
    await clicks.on(page.getByRole("button", { name: "Publish", exact: true }));
    await clicks.on(page.getByRole("button", { name: "Publish now" }));
    await expect(page.getByRole("button", { name: "Published", exact: true })).toBeVisible();
    expect(clicks.n).toBeLessThanOrEqual(CLICKS_FROM_NOTHING_MAX);
    expect((await stored(page)).draft.settings.errorWorkflow).toBeTruthy();
  } finally {
    await other.close();
  }
});

interface Draft {
  nodes: { name: string; retry?: { tries: number } }[];
  settings: { errorWorkflow?: string };
}

/** The workflow that is shown, as it is kept. */
async function stored(page: Page): Promise<{ draft: Draft; headers: Record<string, string> }> {
  const known = page.waitForRequest((it) => /\/api\/workflows\/[^/]+$/.test(it.url()) && Boolean(it.headers().authorization));
  await page.reload();
  const headers = { authorization: (await known).headers().authorization ?? "" };
  const path = new URL(page.url()).pathname.replace("/app", "/api");
  return { ...((await (await page.request.get(path, { headers })).json()) as { draft: Draft }), headers };
}

async function template(page: Page, clicks: Clicks, title: string) {
  await clicks.on(page.getByRole("button", { name: "Templates" }));
  await clicks.on(page.getByRole("button", { name: new RegExp(`^${title}`) }));
  await clicks.on(page.getByRole("dialog").getByRole("button", { name: "Make the draft" }));
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

/** The other side: a feed, and addresses that are posted to. */
class Other {
  isBroken = false;
  private readonly heard: { path: string; body: string }[] = [];
  private readonly http = createServer((request, answer) => {
    let body = "";
    request.on("data", (it: Buffer) => (body += it.toString()));
    request.on("end", () => {
      if (request.method === "POST") this.heard.push({ path: request.url ?? "", body });
      const feed = JSON.stringify([{ title: "Rust 2.0" }, { title: "A new editor" }, { title: "Why rust is quick" }]);
      answer.writeHead(this.isBroken && request.method === "GET" ? 404 : 200, { "content-type": "application/json" }).end(request.method === "GET" ? feed : "{}");
    });
  });

  static async start(): Promise<Other> {
    const other = new Other();
    await new Promise<void>((done) => other.http.listen(0, "127.0.0.1", done));
    return other;
  }

  get url() {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  /** What was posted to a path. */
  told(path: string): unknown[] {
    return this.heard.filter((it) => it.path === path).map((it) => JSON.parse(it.body) as unknown);
  }

  close() {
    return new Promise((done) => this.http.close(done));
  }
}
