// Work in the editor: what a node needs is made on the spot.
import { expect, test } from "@playwright/test";
import { addNode, enter } from "./steps";

test("a credential is made where a node needs it, is chosen at once, and can be changed", async ({ page }) => {
  await enter(page);
  await page.getByRole("button", { name: "New workflow" }).press("Enter");
  await expect(page.getByLabel("Name of the workflow")).toHaveValue("Untitled workflow");
  await addNode(page, "HTTP request");
  await page.getByRole("button", { name: "Add a credential" }).click();
  await page.getByRole("menuitem", { name: "User and password", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "New credential" });
  await expect(dialog.getByRole("textbox", { name: "Name" })).toHaveValue("User and password");
  await dialog.getByRole("textbox", { name: "User" }).fill("ada");
  await dialog.getByLabel("Password").fill("between us");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  const choice = page.getByRole("combobox", { name: "Credential: User and password" });
  await expect(choice.locator("option:checked")).toHaveText("User and password");
  await expect(page.getByText("Saved", { exact: true })).toBeVisible();

  await page.getByRole("button", { name: "Change the credential" }).click();
  const change = page.getByRole("dialog", { name: "Change the credential" });
  await expect(change.getByLabel("Password")).not.toHaveValue("between us");
  await change.getByRole("textbox", { name: "Name" }).fill("Door of the feed");
  await change.getByRole("button", { name: "Save" }).click();
  await expect(choice.locator("option:checked")).toHaveText("Door of the feed");
});

test("pinned items are written by hand, and a node runs alone on what is recorded", async ({ page }) => {
  await enter(page);
  await page.getByRole("button", { name: "New workflow" }).press("Enter");
  await expect(page.getByLabel("Name of the workflow")).toHaveValue("Untitled workflow");
  await addNode(page, "Manual trigger");
  await addNode(page, "No operation");
  const canvas = page.getByRole("application", { name: /Workflow graph/ });
  await canvas.focus();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Pin items of my own" }).click();
  const text = page.getByRole("textbox", { name: "Items" });
  await text.fill('[{ "city": "Lisbon" }, 1]');
  await expect(page.getByText("This is no list of JSON objects.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Pin", exact: true })).toBeDisabled();
  await text.fill('[{ "city": "Lisbon" }, { "city": "Recife" }]');
  await page.getByRole("button", { name: "Pin", exact: true }).click();
  await expect(page.getByText("Recife")).toBeVisible();
  await canvas.focus();
  await page.keyboard.press("Control+Enter");
  await expect(page.getByText("Done", { exact: true })).toBeVisible();

  // The record still has the pinned items once they are gone.
  await page.getByRole("button", { name: "Unpin" }).click();
  await canvas.focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  const started = page.waitForRequest((it) => it.url().endsWith("/execute"));
  await page.getByRole("button", { name: "Other ways to run" }).click();
  await page.getByRole("menuitem", { name: "Run only this node, on recorded data" }).click();
  expect((await started).postDataJSON()).toMatchObject({ until: "No operation", dataFrom: expect.any(String) });
  await expect(page.getByRole("region", { name: "Output" }).getByText("Recife")).toBeVisible();
});

test("an expression is written with what is known of the data, and a script too", async ({ page }) => {
  await enter(page);
  await page.getByRole("button", { name: "New workflow" }).press("Enter");
  await expect(page.getByLabel("Name of the workflow")).toHaveValue("Untitled workflow");
  await addNode(page, "Manual trigger");
  await page.getByRole("button", { name: "Pin items of my own" }).click();
  await page.getByRole("textbox", { name: "Items" }).fill('[{ "city": "Lisbon", "two words": 1 }]');
  await page.getByRole("button", { name: "Pin", exact: true }).click();
  await addNode(page, "HTTP request");

  // Braces make an expression of what is typed, and the cursor stays.
  await page.getByRole("textbox", { name: "Address" }).click();
  await page.keyboard.type("https://example.com/{{");
  const address = page.getByRole("textbox", { name: "Address" });
  await expect(page.locator(".cm-content").and(address)).toBeFocused();
  await page.keyboard.type("$json.ci");
  const offers = page.getByRole("listbox");
  // Offers that are about to change take no key.
  const settled = page.locator(".cm-tooltip-autocomplete:not(.cm-tooltip-autocomplete-disabled)");
  const take = async (name: string) => {
    await expect(settled.getByRole("option", { name, selected: true })).toBeVisible();
    await page.keyboard.press("Enter");
  };
  await take("city");
  await page.keyboard.type(".toUpp");
  await take("toUpperCase");
  await expect(address).toHaveText("https://example.com/{{ $json.city.toUpperCase() }}");
  await expect(page.getByText("Result: https://example.com/LISBON")).toBeVisible();
  // A step back is the document's.
  await page.keyboard.press("Control+z");
  await expect(address).not.toHaveText("https://example.com/{{ $json.city.toUpperCase() }}");

  await addNode(page, "Code");
  const code = page.getByRole("textbox", { name: "Code", exact: true });
  await code.click();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("const mine = $('");
  await expect(offers.getByRole("option", { name: "Manual trigger" })).toBeVisible();
  await page.keyboard.type("Man");
  await take("Manual trigger");
  await expect(code).toContainText("const mine = $('Manual trigger')");
  await page.keyboard.press("End");
  await page.keyboard.type(";\nmin");
  await expect(offers.getByRole("option", { name: "mine" })).toBeVisible();
  await page.keyboard.press("Escape");
});

test("what was recorded stays a node's when it is renamed, and a node drawn later sees it", async ({ page }) => {
  await enter(page);
  await page.getByRole("button", { name: "New workflow" }).press("Enter");
  await expect(page.getByLabel("Name of the workflow")).toHaveValue("Untitled workflow");
  await addNode(page, "Manual trigger");
  await page.getByRole("button", { name: "Pin items of my own" }).click();
  await page.getByRole("textbox", { name: "Items" }).fill('[{ "city": "Lisbon" }]');
  await page.getByRole("button", { name: "Pin", exact: true }).click();
  await addNode(page, "Edit fields");
  const panel = page.getByRole("region", { name: /^Node / });
  const name = panel.getByRole("textbox", { name: "Name of the node" });
  await panel.getByRole("button", { name: "Add a row" }).click();
  await panel.getByRole("textbox", { name: "Name 1" }).fill("shout");
  await panel.getByRole("textbox", { name: "Value 1" }).fill("{{ $json.city.toUpperCase() }}");
  await panel.getByRole("button", { name: "Run to here" }).click();
  const output = page.getByRole("region", { name: "Output" });
  await expect(output.getByText("LISBON")).toBeVisible();
  await name.fill("Make it loud");
  await name.press("Enter");
  await expect(output.getByText("LISBON")).toBeVisible();

  await addNode(page, "HTTP request");
  await expect(page.getByRole("region", { name: "Make it loud" }).getByText("LISBON")).toBeVisible();
  const refused: string[] = [];
  page.on("response", (it) => !it.ok() && refused.push(it.url()));
  await panel.getByRole("textbox", { name: "Address" }).fill("https://example.com/{{ $('Make it loud').first().json.shout }}/{{ $('Manual trigger').first().json.city }}");
  await expect(panel.getByText("Result: https://example.com/LISBON/Lisbon")).toBeVisible();
  expect(refused.filter((it) => !it.endsWith("/expressions/evaluate"))).toEqual([]);
});

test("what a version lacks and changes is shown before it goes live, and leads to the node", async ({ page }) => {
  await enter(page);
  await page.getByRole("button", { name: "New workflow" }).press("Enter");
  await expect(page.getByLabel("Name of the workflow")).toHaveValue("Untitled workflow");
  await addNode(page, "Manual trigger");
  await addNode(page, "No operation");
  await addNode(page, "HTTP request");
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Publish" });
  await expect(dialog.getByText("Nothing is published yet")).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Publish now" })).toBeDisabled();
  await dialog.getByRole("region", { name: "To be mended first" }).getByRole("button", { name: "Show HTTP request" }).first().click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.getByRole("textbox", { name: "Address" }).fill("https://example.com/feed");
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  await expect(dialog.getByText("Nothing is missing, and every node can run.")).toBeVisible();
  await dialog.getByRole("button", { name: "Publish now" }).click();
  await expect(page.getByText("Version 1 is published.")).toBeVisible();

  // A node goes, one changes, and one loses its way in.
  await page.getByRole("textbox", { name: "Address" }).fill("https://example.com/other");
  const canvas = page.getByRole("application", { name: /Workflow graph/ });
  await canvas.focus();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Delete");
  await expect(page.locator(".react-flow__edge")).toHaveCount(1);
  await page.locator(".react-flow__edge").first().click({ force: true });
  await canvas.focus();
  await page.keyboard.press("Delete");
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  await expect(dialog.getByRole("region", { name: "Good to know" })).toContainText("HTTP request: No trigger leads here");
  const changes = dialog.getByRole("region", { name: "What changes" });
  // The form calls it so; and what was said of the version before lies over no button.
  await expect(changes.getByText("Address", { exact: true })).toBeVisible();
  await page.locator(".toasts").evaluate((it) => { if (it.getBoundingClientRect().bottom > 64) throw new Error("it lies over the dialog"); });
  await expect(changes.getByText("1 removed").first()).toBeVisible();
  await expect(changes.getByText("https://example.com/other")).toBeVisible();
  await dialog.getByLabel("What changed, for people").fill("Another feed");
  await dialog.getByRole("button", { name: "Publish now" }).click();
  await expect(page.getByText("Version 2 is published.")).toBeVisible();
});

test("nodes are grouped, the frame takes them along, and goes without them", async ({ page }) => {
  await enter(page);
  await page.getByRole("button", { name: "New workflow" }).press("Enter");
  await expect(page.getByLabel("Name of the workflow")).toHaveValue("Untitled workflow");
  await addNode(page, "Manual trigger");
  await addNode(page, "No operation");
  const canvas = page.getByRole("application", { name: /Workflow graph/ });
  await canvas.focus();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Control+g");
  await page.getByRole("dialog", { name: "Group" }).getByRole("textbox", { name: "Name" }).fill("Both of them");
  await page.getByText("Blue", { exact: true }).click();
  await page.keyboard.press("Escape");
  const frame = page.locator(".react-flow__node-frame");
  await expect(frame).toHaveText("Both of them");
  const node = page.locator(".react-flow__node-node").first();
  const [before, head] = [await node.boundingBox(), await frame.boundingBox()];
  if (!before || !head) throw new Error("nothing is drawn");
  await page.mouse.move(head.x + 60, head.y + 12);
  await page.mouse.down();
  await page.mouse.move(head.x + 100, head.y + 80, { steps: 8 });
  await page.mouse.move(head.x + 160, head.y + 112, { steps: 8 });
  await page.mouse.up();
  await expect.poll(async () => Math.round(((await node.boundingBox())?.x ?? 0) - before.x)).toBeGreaterThan(60);
  await expect(page.getByText("Saved", { exact: true })).toBeVisible();
  await page.reload();
  await expect(frame).toHaveText("Both of them");
  await canvas.focus();
  await frame.click({ position: { x: 60, y: 12 } });
  await canvas.focus();
  await page.keyboard.press("Delete");
  await expect(frame).toHaveCount(0);
  await expect(page.locator(".react-flow__node-node")).toHaveCount(2);
});

test("what is chosen is cut and pasted", async ({ page }) => {
  await enter(page);
  await page.getByRole("button", { name: "New workflow" }).press("Enter");
  await expect(page.getByLabel("Name of the workflow")).toHaveValue("Untitled workflow");
  await addNode(page, "Manual trigger");
  await addNode(page, "No operation");
  const canvas = page.getByRole("application", { name: /Workflow graph/ });
  const clip = (kind: string, text: string) =>
    canvas.evaluate(
      (at, [event, written]) => {
        const clipboardData = new DataTransfer();
        if (written) clipboardData.setData("text/plain", written);
        at.dispatchEvent(new ClipboardEvent(event ?? "", { clipboardData, bubbles: true, cancelable: true }));
        return clipboardData.getData("text/plain");
      },
      [kind, text],
    );
  await canvas.focus();
  await page.keyboard.press("Control+a");
  const text = await clip("cut", "");
  await expect(page.locator(".react-flow__node")).toHaveCount(0);
  await clip("paste", text);
  await expect(page.locator(".react-flow__node")).toHaveCount(2);
  await expect(page.locator(".react-flow__edge")).toHaveCount(1);

  // What n8n copies has no name and no format.
  const copied = JSON.stringify({
    nodes: [
      { id: "a", name: "Nothing", type: "n8n-nodes-base.noOp", typeVersion: 1, position: [9000, 9000], parameters: {} },
      { id: "b", name: "Strange", type: "vendor.strange", typeVersion: 1, position: [9220, 9000], parameters: { x: 1 } },
    ],
    connections: { Nothing: { main: [[{ node: "Strange", type: "main", index: 0 }]] } },
    pinData: {},
    meta: { instanceId: "x" },
  });
  await canvas.focus();
  await clip("paste", copied);
  await expect(page.getByText(/^1 of 2 nodes came over as they were\..*wait for you: Strange\./)).toBeVisible();
  await expect(page.locator(".react-flow__node")).toHaveCount(4);
  await expect(page.locator(".react-flow__edge")).toHaveCount(2);

  await canvas.evaluate((at, text) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([text], "flow.json", { type: "application/json" }));
    const box = at.getBoundingClientRect();
    at.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true, clientX: box.x + box.width / 3, clientY: box.y + box.height / 3 }));
  }, copied);
  await expect(page.locator(".react-flow__node")).toHaveCount(6);
  await clip("paste", '{"nodes": "none"}');
  await expect(page.getByText("There are no nodes of a workflow in the clipboard.")).toBeVisible();
});

test("steps back and forth last over a reload, as long as the draft is the same", async ({ page }) => {
  await enter(page);
  await page.getByRole("button", { name: "New workflow" }).press("Enter");
  await expect(page.getByLabel("Name of the workflow")).toHaveValue("Untitled workflow");
  await addNode(page, "Manual trigger");
  await addNode(page, "No operation");
  const [saved, undo, redo] = [page.getByText("Saved", { exact: true }), page.getByRole("button", { name: "Undo" }), page.getByRole("button", { name: "Redo" })];
  const nodes = page.locator(".react-flow__node");
  await undo.click();
  await expect(nodes).toHaveCount(1);
  await expect(saved).toBeVisible();
  await page.reload();
  await expect(nodes).toHaveCount(1);
  await redo.click();
  await expect(nodes).toHaveCount(2);
  await expect(saved).toBeVisible();
  await page.reload();
  await expect(nodes).toHaveCount(2);
  await undo.click();
  await undo.click();
  await expect(nodes).toHaveCount(0);
  await expect(undo).toBeDisabled();
  await redo.click();
  await expect(saved).toBeVisible();

  // Somebody else's change, while nobody looks: the steps belong to another draft.
  const known = page.waitForRequest((it) => /\/api\/workflows\/[^/]+$/.test(it.url()) && Boolean(it.headers().authorization));
  await page.reload();
  const request = await known;
  const headers = { authorization: request.headers().authorization ?? "" };
  await page.goto("/app/workflows");
  await page.request.put(new URL(request.url()).pathname, { headers, data: { name: "Theirs", nodes: [], connections: [] } });
  await page.goto(`/app${new URL(request.url()).pathname.replace("/api", "")}`);
  await expect(page.getByLabel("Name of the workflow")).toHaveValue("Theirs");
  await expect(page.getByText("Not published")).toBeVisible();
  await expect(undo).toBeDisabled();
  await expect(redo).toBeDisabled();
});
