// A graph seen from so far away that its wires are drawn many in one shape: they are touched, cut and drawn all the same.
import { expect, test, type Page } from "@playwright/test";
import { enter } from "./steps";

const DOCUMENT = {
  name: "Seen from afar",
  nodes: [
    { name: "Start", type: "trigger.manual", position: [0, 0] },
    { name: "Left", type: "data.set", position: [1000, 0] },
    { name: "Right", type: "data.set", position: [2000, 0] },
  ],
  connections: [{ from: "Start", to: "Left" }],
};

const box = async (page: Page, name: string) => {
  const found = await page.locator(`.react-flow__node[data-id="${name}"]`).boundingBox();
  if (!found) throw new Error(`${name} is not in view`);
  return { ...found, right: found.x + found.width, middle: found.y + found.height / 2 };
};

test("wires are touched, cut and drawn from far away", async ({ page }) => {
  await enter(page);
  const known = page.waitForRequest((it) => it.url().includes("/api/workflows") && Boolean(it.headers().authorization));
  await page.goto("/app/workflows");
  const headers = { authorization: (await known).headers().authorization ?? "" };
  const { id } = (await (await page.request.post("/api/workflows", { headers, data: DOCUMENT })).json()) as { id: string };
  const wires = async () => ((await (await page.request.get(`/api/workflows/${id}`, { headers })).json()) as { draft: { connections: { from: string; to: string }[] } }).draft.connections.map((it) => `${it.from} ${it.to}`);

  await page.goto(`/app/workflows/${id}`);
  await expect(page.locator(".react-flow__node")).toHaveCount(3);
  const smaller = page.getByRole("button", { name: "Smaller" });
  const canvas = page.locator(".react-flow");
  await expect(async () => {
    if ((await canvas.getAttribute("data-nearness")) !== "sky") await smaller.click();
    await expect(canvas).toHaveAttribute("data-nearness", "sky", { timeout: 500 });
  }).toPass();
  await expect(page.locator(".react-flow__edge")).toHaveCount(0);

  // Between two nodes there is a wire to touch; beside it there is none.
  const insert = page.getByRole("button", { name: "Insert a node here" });
  const [start, left] = [await box(page, "Start"), await box(page, "Left")];
  const between = { x: (start.right + left.x) / 2, y: (start.middle + left.middle) / 2 };
  await page.mouse.click(between.x, between.y + 60);
  await expect(insert).toHaveCount(0);
  await page.mouse.click(between.x, between.y + 2);
  await expect(insert).toBeVisible();
  expect((await insert.boundingBox())?.width, "as large as from near").toBeGreaterThanOrEqual(24);
  await page.getByRole("button", { name: "Cut the wire" }).click();
  await expect(insert).toHaveCount(0);
  await expect(page.getByText("Saved", { exact: true })).toBeVisible();
  await expect.poll(wires).toEqual([]);

  // From beside one node onto another.
  const draw = async (from: string, to: string) => {
    const [one, other] = [await box(page, from), await box(page, to)];
    await page.mouse.move(one.x + one.width / 2, one.middle);
    await page.mouse.move(one.right + 5, one.middle, { steps: 4 });
    await page.mouse.down();
    await page.mouse.move(other.x - 20, other.middle, { steps: 4 });
    await page.mouse.move(other.x + other.width / 2, other.middle, { steps: 4 });
    await page.mouse.up();
  };
  await draw("Start", "Right");
  await expect.poll(wires).toEqual(["Start Right"]);
  await draw("Left", "Right");
  await expect.poll(wires).toEqual(["Start Right", "Left Right"]);

  // Let go on the empty canvas, a wire asks for the node that it is to lead to.
  const right = await box(page, "Right");
  await page.mouse.move(right.x + right.width / 2, right.middle);
  await page.mouse.move(right.right + 5, right.middle, { steps: 4 });
  await page.mouse.down();
  await page.mouse.move(right.right + 60, right.middle + 100, { steps: 4 });
  await page.mouse.up();
  await expect(page.getByRole("dialog").getByLabel("Search nodes")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);

  // The first click after that is one like any other. Who has touched a wire and then a node removes the node.
  const [seen, next] = [await box(page, "Left"), await box(page, "Right")];
  await page.mouse.click((seen.right + next.x) / 2, seen.middle + 2);
  await expect(insert).toBeVisible();
  await page.mouse.click(seen.x + seen.width / 2, seen.middle);
  await expect(insert).toHaveCount(0);
  await page.getByRole("application", { name: /Workflow graph/ }).focus();
  await page.keyboard.press("Delete");
  await expect(page.locator(".react-flow__node")).toHaveCount(2);
  await expect.poll(wires).toEqual(["Start Right"]);
});
