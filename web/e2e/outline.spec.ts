// A workflow as a list: what a phone shows, what a screen reader reads, and what keys walk along.
import { expect, test, type Page } from "@playwright/test";
import { enter, expectCleanInBothThemes } from "./steps";

const DOCUMENT = {
  name: "Orders by size",
  nodes: [
    { name: "Order", type: "trigger.manual", position: [0, 0] },
    { name: "Is it large?", type: "flow.if", position: [240, 0], parameters: { conditions: [{ left: 5, operator: "gt", right: 1 }] } },
    { name: "Ask", type: "data.set", position: [480, 0] },
    { name: "Thank", type: "data.set", position: [480, 160] },
    { name: "Stop", type: "flow.stop", position: [720, 80], parameters: { message: "nothing more is sold" } },
  ],
  connections: [
    { from: "Order", to: "Is it large?" },
    { from: "Is it large?", to: "Ask" },
    { from: "Is it large?", output: 1, to: "Thank" },
    { from: "Ask", to: "Stop" },
    { from: "Thank", to: "Stop" },
  ],
};

const namesIn = (page: Page) => page.getByRole("treeitem").evaluateAll((all) => all.map((it) => `${it.getAttribute("aria-level")} ${it.getAttribute("data-node")}`));

test("a workflow is a list on a phone, and by a key everywhere", async ({ page }) => {
  const said: string[] = [];
  page.on("console", (it) => it.type() === "error" && said.push(it.text()));
  await enter(page);
  const token = page.waitForRequest((it) => it.url().includes("/api/workflows") && Boolean(it.headers().authorization));
  await page.goto("/app/workflows");
  const made = await page.request.post("/api/workflows", { data: DOCUMENT, headers: { authorization: (await token).headers().authorization ?? "" } });
  const { id } = (await made.json()) as { id: string };

  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto(`/app/workflows/${id}`);
  const tree = page.getByRole("tree", { name: "Outline of the workflow, 5 nodes" });
  await expect(tree).toBeVisible();
  expect(await namesIn(page)).toEqual(["1 Order", "1 Is it large?", "2 Ask", "2 Thank", "1 Stop"]);
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await expect(page.getByRole("treeitem", { name: /Stop.*Failed.*nothing more is sold/ })).toBeVisible();
  await expectCleanInBothThemes(page, "outline");
  await page.getByRole("treeitem", { name: /Thank/ }).click();
  await expect(page.getByRole("region", { name: "Node Thank" })).toBeVisible();
  await expect(page.getByRole("treeitem", { name: /Thank/ })).toBeInViewport();
  await page.getByRole("button", { name: "Close", exact: true }).click();
  await page.getByRole("button", { name: "Outline" }).click();
  await expect(page.locator(".react-flow__node")).toHaveCount(5);

  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto(`/app/workflows/${id}`);
  await expect(page.locator(".react-flow__node")).toHaveCount(5);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("outline");
  await page.keyboard.press("Enter");
  await tree.focus();
  for (const key of ["ArrowDown", "ArrowDown", "ArrowRight", "ArrowDown", "ArrowLeft", "ArrowRight"]) await page.keyboard.press(key);
  await expect(page.getByRole("treeitem", { selected: true })).toHaveAttribute("data-node", "Ask");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("region", { name: "Node Ask" })).toBeVisible();
  await tree.focus();
  await page.keyboard.press("Escape");
  await page.keyboard.press("End");
  await page.keyboard.press("Delete");
  expect(await namesIn(page)).toEqual(["1 Order", "1 Is it large?", "2 Ask", "2 Thank"]);
  await page.keyboard.press("Control+z");
  await expect(page.getByRole("treeitem")).toHaveCount(5);
  await page.keyboard.press("l");
  await expect(page.getByRole("application", { name: "Workflow graph, 5 nodes" })).toBeVisible();
  expect(said).toEqual([]);
});

test("notes and groups are in the list, and are changed from there", async ({ page }) => {
  await enter(page);
  const known = page.waitForRequest((it) => it.url().includes("/api/workflows") && Boolean(it.headers().authorization));
  await page.goto("/app/workflows");
  const headers = { authorization: (await known).headers().authorization ?? "" };
  const nodes = DOCUMENT.nodes.map((it) => ({ ...it, id: it.name }));
  const more = { groups: [{ id: "g", name: "By hand", nodes: ["Ask", "Thank"] }], stickyNotes: [{ id: "n", content: "# Before all\nRead this", position: [-20, -20], size: [220, 120] }] };
  const { id } = (await (await page.request.post("/api/workflows", { data: { ...DOCUMENT, name: "Notes in the list", nodes, ...more }, headers })).json()) as { id: string };

  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto(`/app/workflows/${id}`);
  const tree = page.getByRole("tree");
  await expect(page.getByRole("treeitem")).toHaveCount(7);
  expect(await namesIn(page)).toEqual(["1 note:n", "1 Order", "1 Is it large?", "2 group:g", "2 Ask", "2 Thank", "1 Stop"]);
  await expect(page.getByRole("treeitem", { name: "Note Before all Read this" })).toBeVisible();
  await expect(page.getByRole("treeitem", { name: "Group By hand Ask, Thank" })).toBeVisible();
  await expectCleanInBothThemes(page, "notes in the list");
  await page.getByRole("treeitem", { name: /By hand/ }).click();
  await page.getByRole("dialog", { name: "Group" }).getByLabel("Name").fill("By whom");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("treeitem", { name: /By whom/ })).toBeVisible();
  await tree.focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Note" }).getByLabel("Text").fill("Read that");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("treeitem", { name: "Note Read that" })).toBeVisible();
  await tree.focus();
  await page.keyboard.press("Delete");
  await expect(page.getByRole("treeitem", { name: /Read that/ })).toHaveCount(0);
  await page.keyboard.press("Control+z");
  await expect(page.getByRole("treeitem", { name: /Read that/ })).toBeVisible();
  await page.getByRole("button", { name: "Add a note" }).click();
  await page.getByRole("dialog", { name: "Note" }).getByLabel("Text").fill("After all");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("treeitem").last()).toHaveAccessibleName("Note After all");
});
