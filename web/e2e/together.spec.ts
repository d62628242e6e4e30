// Two people in one draft: nothing of either is lost, and they are asked only where both wrote the same.
import { expect, test, type Page } from "@playwright/test";
import { addNode, enter } from "./steps";

const saved = (page: Page) => expect(page.getByText("Saved", { exact: true })).toBeVisible();

test("two browsers edit one workflow and lose nothing", async ({ page, browser, baseURL }) => {
  await enter(page);
  await page.getByRole("button", { name: "New workflow" }).press("Enter");
  await expect(page.getByLabel("Name of the workflow")).toHaveValue("Untitled workflow");
  await addNode(page, "Manual trigger");
  await saved(page);
  const other = await browser.newContext({ baseURL });
  const second = await other.newPage();
  await enter(second);
  await second.goto(page.url().replace(/\?.*/, ""));
  const nodes = (at: Page) => at.locator(".react-flow__node-node");
  await expect(nodes(second)).toHaveCount(1);

  // They see each other, and where the other one is.
  const others = (at: Page) => at.getByRole("list", { name: "Also in this draft" });
  await expect(others(page)).toContainText("You, in another tab");
  await expect(others(second)).toContainText("at Manual trigger");

  // What one publishes is known to the other.
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  await page.getByRole("button", { name: "Publish now" }).click();
  await expect(page.getByRole("button", { name: "Published", exact: true })).toBeVisible();
  await expect(second.getByText("A version was published elsewhere: see the versions.")).toBeVisible();
  await expect(second.getByRole("button", { name: "Published", exact: true })).toBeVisible();
  await expect(page.getByText("A version was published elsewhere: see the versions.")).toHaveCount(0);

  // What one saves shows at the other, who does nothing.
  await addNode(page, "Stop and error");
  await saved(page);
  await expect(nodes(second)).toHaveCount(2);
  await second.route("**/editors", (it) => it.abort());

  // Each adds a node without having seen the other's.
  await addNode(page, "No operation");
  await saved(page);
  await addNode(second, "HTTP request");
  await saved(second);
  await expect(second.getByText(/Somebody else changed .*No operation/)).toBeVisible();
  await expect(nodes(second)).toHaveCount(4);
  await page.getByRole("textbox", { name: "Name of the node" }).fill("Pause");
  await page.getByRole("textbox", { name: "Name of the node" }).press("Enter");
  await saved(page);
  await expect(nodes(page)).toHaveCount(4);

  // Both write the same field: the later one is asked.
  const draft = second.url().replace(/\?.*/, "");
  const asked = `${draft}?node=${encodeURIComponent("HTTP request")}`;
  await page.goto(asked);
  await page.getByRole("textbox", { name: "Address" }).fill("https://example.com/mine");
  await saved(page);
  await second.getByRole("textbox", { name: "Address" }).fill("https://example.com/theirs");
  await expect(second.getByText("Somebody else changed this draft.")).toBeVisible();
  await second.getByRole("button", { name: "Keep mine" }).click();
  await saved(second);

  await page.goto(asked);
  await expect(nodes(page)).toHaveCount(4);
  await expect(page.getByRole("textbox", { name: "Address" })).toHaveValue("https://example.com/theirs");
  await other.close();
});
