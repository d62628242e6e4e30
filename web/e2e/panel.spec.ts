// The panes beside and beneath the form of a node are as wide and high as one likes, by mouse and by key, also next time.
import { expect, test, type Page } from "@playwright/test";
import { addNode, enter, expectClean } from "./steps";

async function pull(page: Page, name: string, [dx, dy]: [number, number]) {
  const box = await page.getByRole("separator", { name }).boundingBox();
  if (!box) throw new Error(`${name} is not in view`);
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + dx, y + dy, { steps: 4 });
  await page.mouse.up();
}

test("the panes around a node's form are drawn larger and smaller, and stay so", async ({ page }) => {
  await enter(page);
  await page.getByRole("button", { name: "New workflow" }).press("Enter");
  await expect(page.getByLabel("Name of the workflow")).toHaveValue("Untitled workflow");
  await addNode(page, "Manual trigger");
  await addNode(page, "HTTP request");
  await expect(page.getByText("Saved", { exact: true })).toBeVisible();
  const panel = page.getByRole("region", { name: "Node HTTP request" });
  const height = async () => (await panel.boundingBox())?.height ?? 0;
  const width = async () => (await panel.getByRole("textbox", { name: "Address" }).boundingBox())?.width ?? 0;
  const [low, narrow] = [await height(), await width()];
  await pull(page, "Height of the panel", [0, -100]);
  await expect.poll(height).toBeGreaterThan(low + 80);
  await pull(page, "Width of what comes in", [-100, 0]);
  await expect.poll(width).toBeGreaterThan(narrow + 60);
  const out = page.getByRole("separator", { name: "Width of what comes out" });
  await out.focus();
  for (let n = 0; n < 3; n += 1) await page.keyboard.press("ArrowRight");
  await expect(out).toHaveAttribute("aria-valuenow", "22");
  const [high, wide] = [await height(), await width()];
  await page.reload();
  await expect.poll(height).toBe(high);
  await expect.poll(width).toBe(wide);
  await expectClean(page, "the panel, drawn larger");
  for (const name of ["Height of the panel", "Width of what comes in", "Width of what comes out"]) {
    await page.getByRole("separator", { name }).focus();
    await page.keyboard.press("Home");
  }
  await expect.poll(height).toBe(low);
  await expect.poll(width).toBe(narrow);
});
