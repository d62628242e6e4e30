// What people come for: a file of n8n's that answers its webhook, and a branch drawn with the keyboard alone.
import { expect, test } from "@playwright/test";
import { enter } from "./steps";

const EXPORT = {
  name: "Greeter from n8n",
  nodes: [
    { name: "Hook", type: "n8n-nodes-base.webhook", typeVersion: 2, position: [0, 0], parameters: { path: "greet", httpMethod: "POST", responseMode: "lastNode" } },
    { name: "Greet", type: "n8n-nodes-base.set", typeVersion: 3.4, position: [220, 0], parameters: { assignments: { assignments: [{ id: "1", name: "said", type: "string", value: "=Hello {{ $json.body.name }}" }] } } },
  ],
  connections: { Hook: { main: [[{ node: "Greet", type: "main", index: 0 }]] } },
};

test("a file of n8n's is imported, published, called, and its run is seen", async ({ page }) => {
  await enter(page);
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await page.getByLabel("The workflow as JSON").fill(JSON.stringify(EXPORT));
  await page.getByRole("dialog").getByRole("button", { name: "Import", exact: true }).click();
  await page.getByRole("link", { name: "Open Greeter from n8n" }).click();
  await expect(page.locator(".react-flow__node")).toHaveCount(2);
  await page.getByRole("button", { name: "Publish" }).click();
  await page.getByRole("button", { name: "Publish now" }).click();
  await expect(page.getByText("Version 1 is published.")).toBeVisible();

  const answer = await page.request.post("/webhook/greet", { data: { name: "Grace" } });
  expect(await answer.text()).toContain("Hello Grace");
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
