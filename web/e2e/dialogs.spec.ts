// Every dialog, in both themes and at two widths: no error, no barrier, nothing wider than the screen.
import { expect, test, type Page } from "@playwright/test";
import { enter, expectCleanInBothThemes } from "./steps";

type Open = (page: Page) => Promise<unknown>;

const press = (name: string | RegExp): Open => (page) => page.getByRole("button", { name, exact: typeof name === "string" }).first().click();
const key = (keys: string): Open => (page) => page.keyboard.press(keys);
const entry = (of: string | RegExp, name: string): Open => async (page) => {
  await press(of)(page);
  await page.getByRole("menuitem", { name, exact: true }).click();
};
/** With the first node chosen: in a list, the frames that were put around it stand before it. */
const chosen = (keys: string): Open => async (page) => {
  await page.getByRole("application").or(page.getByRole("tree")).first().focus();
  await page.keyboard.press("Home");
  const frame = page.getByRole("treeitem", { name: /^Group/, selected: true });
  for (let n = 0; n < 5 && (await frame.count()) > 0; n++) await page.keyboard.press("ArrowDown");
  await page.keyboard.press(keys);
};

async function made(page: Page, width: number) {
  const known = page.waitForRequest((it) => it.url().includes("/api/workflows") && Boolean(it.headers().authorization));
  await page.goto("/app/workflows");
  const headers = { authorization: (await known).headers().authorization ?? "" };
  const post = async (path: string, data: object) => (await (await page.request.post(path, { headers, data })).json()) as { id: string; executionId: string; total?: number; items?: { id: string }[] };
  const nodes = [
    { name: "Call", type: "trigger.webhook", position: [0, 0], parameters: { methods: ["POST"], path: `dialogs-${width}` } },
    { name: "Stop", type: "flow.stop", position: [240, 0], parameters: { message: "nothing more is sold" } },
  ];
  const { id } = await post("/api/workflows", { name: "Dialogs", nodes, connections: [{ from: "Call", to: "Stop" }] });
  await post(`/api/workflows/${id}/publish`, {});
  const { executionId } = await post(`/api/workflows/${id}/execute`, { waitMs: 20_000 });
  await post("/api/variables", { name: "dialogs", value: "1" });
  const hooks = (await (await page.request.get("/api/webhooks", { headers })).json()) as { items: { id: string; workflowId: string }[] };
  return { editor: `/app/workflows/${id}`, run: `/app/executions/${executionId}`, hook: `/app/webhooks?hook=${hooks.items.find((it) => it.workflowId === id)?.id ?? ""}` };
}

for (const width of [1280, 360]) test(`every dialog is clean at ${width}`, async ({ page }) => {
  const said: string[] = [];
  page.on("console", (it) => it.type() === "error" && said.push(it.text()));
  page.on("pageerror", (it) => said.push(it.message));
  await enter(page);
  const { editor, run, hook } = await made(page, width);
  const dialogs: [path: string, open: Open][] = [
    ["/app/", key("Control+k")],
    ["/app/", key("?")],
    ["/app/workflows", press("Import")],
    ["/app/workflows", entry("More about Dialogs", "Folder and tags")],
    ["/app/workflows", entry("More about Dialogs", "Share")],
    ["/app/workflows", entry("More about Dialogs", "Delete")],
    [editor, press("Versions")],
    [editor, async (at) => { await press("Versions")(at); await press("Compare with the draft")(at); }],
    [editor, press("Share")],
    [editor, press("Settings of the workflow")],
    [editor, press("Publish")],
    [editor, press("Add node")],
    [editor, chosen("c")],
    [editor, chosen("s")],
    [editor, chosen("Control+g")],
    [`${editor}?node=Stop`, press("Pin items of my own")],
    [run, press("Compare…")],
    [run, press("Replay…")],
    [hook, press("Change…")],
    ["/app/settings/credentials", press("New credential")],
    ["/app/settings/roles", press("New role")],
    ["/app/settings/roles", press("Look")],
    ["/app/settings/variables", press("Change dialogs")],
    ["/app/settings/keys", press("New key")],
    ["/app/settings/keys", press("New service account")],
    ["/app/settings/gateway", press("New route")],
    ["/app/settings/audit", press(/^workflow\./)],
    ["/app/settings/platform", entry(/^More about/, "Plan…")],
    ["/app/settings/platform", async (at) => { await entry(/^More about/, "Plan…")(at); await at.getByText("Limits of its own").click(); }],
    ["/app/settings/platform", entry(/^More about/, "Credits…")],
    [run, press("Remove the run")],
  ];
  await page.setViewportSize({ width, height: 800 });
  for (const [n, [path, open]] of dialogs.entries()) {
    const name = `dialog ${n} on ${path} at ${width}`;
    await test.step(name, async () => {
      const isKnown = page.waitForResponse((it) => it.url().endsWith("/api/auth/me"));
      await page.goto(path);
      await isKnown;
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await page.waitForLoadState("networkidle");
      await open(page);
      const dialog = page.getByRole("dialog").or(page.getByRole("alertdialog"));
      await expect(dialog).toBeVisible();
      await expect(page.getByRole("status", { name: /Reading|Looking|Comparing/ })).toHaveCount(0);
      await expectCleanInBothThemes(page, name);
      await page.keyboard.press("Escape");
      await expect(dialog).toHaveCount(0);
    });
  }
  expect(said).toEqual([]);
});
