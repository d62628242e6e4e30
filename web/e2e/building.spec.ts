// What people come for: a file of n8n's that answers its webhook, and a branch drawn with the keyboard or the mouse alone.
import { expect, test, type Locator } from "@playwright/test";
import { enter } from "./steps";

const EXPORT = {
  name: "Greeter from n8n",
  nodes: [
    { name: "Hook", type: "n8n-nodes-base.webhook", typeVersion: 2, position: [0, 0], parameters: { path: "greet", httpMethod: "POST", responseMode: "lastNode", authentication: "headerAuth" }, credentials: { httpHeaderAuth: { id: "41", name: "Door of the greeter" } } },
    { name: "Greet", type: "n8n-nodes-base.set", typeVersion: 3.4, position: [220, 0], parameters: { assignments: { assignments: [{ id: "1", name: "said", type: "string", value: "=Hello {{ $json.body.name }}" }] } } },
  ],
  connections: { Hook: { main: [[{ node: "Greet", type: "main", index: 0 }]] } },
};

test("a file of n8n's is imported, gets its credential, is published, called, and its run is seen", async ({ page }) => {
  await enter(page);
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await page.getByLabel("The workflow as JSON").fill(JSON.stringify(EXPORT));
  await page.getByRole("dialog").getByRole("button", { name: "Import", exact: true }).click();
  await page.getByRole("link", { name: "Open Greeter from n8n" }).click();
  await expect(page.locator(".react-flow__node")).toHaveCount(2);
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  const advice = page.getByRole("dialog").getByRole("region", { name: "Good to know" });
  await expect(advice).toContainText("There is no credential “Door of the greeter” here");
  await advice.getByRole("button", { name: "Show Hook" }).click();
  await page.getByRole("button", { name: "New credential: Header" }).click();
  const credential = page.getByRole("dialog", { name: "New credential" });
  await credential.getByRole("textbox", { name: "Name" }).first().fill("Door of the greeter");
  await credential.getByRole("textbox", { name: "Name" }).last().fill("x-door");
  await credential.getByLabel("Value").fill("open sesame");
  await credential.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  await expect(page.getByText("Nothing is missing, and every node can run.")).toBeVisible();
  await page.getByRole("button", { name: "Publish now" }).click();
  await expect(page.getByText("Version 1 is published.")).toBeVisible();

  const call = (headers: Record<string, string>) => page.request.post("/webhook/greet", { data: { name: "Grace" }, headers });
  expect((await call({})).ok()).toBe(false);
  expect(await (await call({ "x-door": "open sesame" })).text()).toContain("Hello Grace");
  await page.goto("/app/executions");
  await page.getByRole("link", { name: "Greeter from n8n" }).first().click();
  await page.getByRole("button", { name: /^Greet/ }).click();
  await expect(page.getByText("Hello Grace").first()).toBeVisible();

  const run = new URL(page.url()).pathname;
  await page.getByRole("button", { name: "Remove the run" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove the run" }).click();
  await expect(page.getByText("The run is removed.")).toBeVisible();
  await expect(page).toHaveURL(/\/app\/executions$/);
  await page.goto(run);
  await expect(page.getByText("This execution could not be read.")).toBeVisible();
});

test("a branching workflow is built with the keyboard, runs, and survives a reload", async ({ page }) => {
  await enter(page);
  await page.getByRole("button", { name: "New workflow" }).press("Enter");
  await expect(page.getByLabel("Name of the workflow")).toHaveValue("Untitled workflow");
  const canvas = page.getByRole("application", { name: /Workflow graph/ });
  const add = async (type: string) => {
    await canvas.focus();
    await page.keyboard.press("n");
    await page.getByLabel("Search nodes").fill(type);
    await page.getByRole("option").first().waitFor();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("dialog")).toHaveCount(0);
  };
  await add("Manual trigger");
  await add("If");
  await add("No operation");
  await expect(page.locator(".react-flow__node")).toHaveCount(3);
  await expect(page.locator(".react-flow__edge")).toHaveCount(2);

  // Back to the branch, and on by its other output.
  await canvas.focus();
  await page.keyboard.press("ArrowLeft");
  await expect(canvas).toHaveAttribute("aria-activedescendant", "node-If");
  await page.keyboard.press("c");
  await page.getByLabel("Output").selectOption({ label: "false" });
  await page.getByLabel("To", { exact: true }).selectOption("No operation");
  await page.getByRole("button", { name: "Connect", exact: true }).press("Enter");
  await expect(page.locator(".react-flow__edge")).toHaveCount(3);
  await canvas.focus();
  await page.keyboard.press("Control+z");
  await expect(page.locator(".react-flow__edge")).toHaveCount(2);
  await page.keyboard.press("Control+y");
  await expect(page.locator(".react-flow__edge")).toHaveCount(3);

  await page.keyboard.press("Control+Enter");
  await expect(page.getByText("Done", { exact: true })).toBeVisible();
  await expect(page.getByText("Saved", { exact: true })).toBeVisible();
  await page.reload();
  await expect(page.locator(".react-flow__node")).toHaveCount(3);
  await expect(page.locator(".react-flow__edge")).toHaveCount(3);
});

test("a branching workflow is built with the mouse, and a field is dragged into a form", async ({ page }) => {
  await enter(page);
  await page.getByRole("button", { name: "New workflow" }).click();
  await expect(page.getByLabel("Name of the workflow")).toHaveValue("Untitled workflow");
  const node = (name: string) => page.locator(`.react-flow__node[data-id="${name}"]`);
  const port = (name: string, nth = 0) => node(name).locator(".react-flow__handle.source").nth(nth);
  const choose = async (name: string, type = name) => {
    await page.getByRole("dialog").getByRole("option", { name: new RegExp(`^${type}`) }).click();
    await page.getByRole("region", { name: `Node ${name}` }).getByRole("button", { name: "Close" }).click();
    await expect(node(name)).toBeVisible();
  };
  const middleOf = async (it: Locator) => {
    const box = await it.boundingBox();
    if (!box) throw new Error("it is not in view");
    return [box.x + box.width / 2, box.y + box.height / 2] as const;
  };
  const drag = async (from: Locator, [x, y]: readonly [number, number]) => {
    await page.mouse.move(...(await middleOf(from)));
    await page.mouse.down();
    await page.mouse.move(x - 10, y - 10, { steps: 6 });
    await page.mouse.move(x, y, { steps: 4 });
    await page.mouse.up();
  };
  const beside = async (name: string, dx: number, dy: number) => {
    const [x, y] = await middleOf(node(name));
    return [x + dx, y + dy] as const;
  };

  const canvas = await page.locator(".react-flow").boundingBox();
  await page.mouse.dblclick((canvas?.x ?? 0) + 140, (canvas?.y ?? 0) + 260);
  await choose("Manual trigger");
  await drag(port("Manual trigger"), await beside("Manual trigger", 200, 0));
  await choose("If");
  await drag(port("If", 0), await beside("If", 200, -100));
  await choose("Edit fields");
  await drag(port("If", 1), await beside("If", 200, 100));
  await choose("No operation");
  // Each panel that opened has moved the canvas: all of it is looked at again.
  await page.getByRole("button", { name: "Show the whole graph" }).click();
  let seen = "";
  const isStill = async () => seen === (seen = JSON.stringify(await node("Edit fields").boundingBox())) && (await node("Edit fields").boundingBox())?.y;
  await expect.poll(isStill).toBeGreaterThan(60);
  await drag(port("Edit fields"), await middleOf(node("No operation").locator(".react-flow__handle.target")));
  await expect(page.locator(".react-flow__edge")).toHaveCount(4);
  const before = await node("No operation").boundingBox();
  await drag(node("No operation"), await beside("No operation", 120, 40));
  expect((await node("No operation").boundingBox())?.x).toBeGreaterThan((before?.x ?? 0) + 80);

  // Onto the wire between the first two, and back.
  const [left] = await middleOf(port("Manual trigger"));
  const [right, y] = await middleOf(node("If").locator(".react-flow__handle.target"));
  await page.mouse.click((left + right) / 2, y);
  await page.getByRole("button", { name: "Insert a node here" }).click();
  await choose("Sort");
  await expect(page.locator(".react-flow__edge")).toHaveCount(5);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.locator(".react-flow__edge")).toHaveCount(4);

  await node("Manual trigger").dblclick();
  await page.getByRole("button", { name: "Pin items of my own" }).click();
  await page.getByRole("textbox", { name: "Items" }).fill('[{ "city": "Lisbon" }]');
  await page.getByRole("button", { name: "Pin", exact: true }).click();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await expect(page.getByText("Done", { exact: true })).toBeVisible();
  await node("Edit fields").dblclick();
  const panel = page.getByRole("region", { name: "Node Edit fields" });
  await panel.getByRole("button", { name: "Add a row" }).click();
  await panel.getByRole("button", { name: "city", exact: true }).dragTo(panel.getByRole("textbox", { name: "Value 1" }));
  await expect(panel.getByText("Result: Lisbon")).toBeVisible();
});

test("nodes go onto wires, notes beside them, and all of it is tidied by keyboard", async ({ page }) => {
  await enter(page);
  await page.getByRole("button", { name: "New workflow" }).press("Enter");
  await expect(page.getByLabel("Name of the workflow")).toHaveValue("Untitled workflow");
  const canvas = page.getByRole("application", { name: /Workflow graph/ });
  for (const [key, type] of [["n", "Manual trigger"], ["n", "No operation"], ["Home", ""], ["i", "Wait"]] as const) {
    await canvas.focus();
    await page.keyboard.press(key);
    if (!type) continue;
    await page.getByLabel("Search nodes").fill(type);
    await page.getByRole("option").first().waitFor();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("dialog")).toHaveCount(0);
  }
  await expect(page.locator(".react-flow__edge")).toHaveCount(2);
  await canvas.focus();
  await page.keyboard.press("s");
  await page.getByLabel("Text").fill("# Read me");
  await page.getByText("Green", { exact: true }).click();
  await page.keyboard.press("Escape");
  await expect(page.locator(".react-flow__node-note")).toHaveText("Read me");
  await canvas.focus();
  await page.keyboard.press("Control+a");
  await page.keyboard.press("t");
  await expect(page.getByText("Saved", { exact: true })).toBeVisible();
  await page.reload();
  await expect(page.locator(".react-flow__node")).toHaveCount(4);
});
