// Publishing is taken back: to the version that ran before, or to none.
import { expect, test } from "@playwright/test";
import { enter } from "./steps";

test("what is published is one step from what ran before", async ({ page }) => {
  await enter(page);
  const known = page.waitForRequest((it) => it.url().includes("/api/workflows") && Boolean(it.headers().authorization));
  await page.goto("/app/workflows");
  const headers = { authorization: (await known).headers().authorization ?? "" };
  const answer = (value: string) => ({
    name: "Back and forth",
    nodes: [
      { name: "Call", type: "trigger.webhook", position: [0, 0], parameters: { methods: ["GET"], path: "back-and-forth", respond: "lastNode" } },
      { name: "Answer", type: "data.set", position: [240, 0], parameters: { fields: [{ name: "says", type: "string", value }] } },
    ],
    connections: [{ from: "Call", to: "Answer" }],
  });
  const { id } = (await (await page.request.post("/api/workflows", { headers, data: answer("one") })).json()) as { id: string };
  const call = async () => {
    const said = await page.request.get("/webhook/back-and-forth");
    return said.ok() ? JSON.stringify(await said.json()) : said.status();
  };
  const publish = async () => {
    await page.getByRole("button", { name: "Publish", exact: true }).click();
    await page.getByRole("button", { name: "Publish now" }).click();
  };
  const undo = page.getByRole("status").or(page.locator('[aria-live="polite"]')).getByRole("button", { name: "Undo" }).last();

  await page.goto(`/app/workflows/${id}`);
  await publish();
  await expect(page.getByText("Version 1 is published.")).toBeVisible();
  expect(await call()).toContain("one");
  await undo.click();
  await expect(page.getByText("Not published")).toBeVisible();
  expect(await call()).toBe(404);
  await publish();
  await expect(page.getByText("Version 2 is published.")).toBeVisible();

  await page.goto("/app/workflows");
  await page.request.put(`/api/workflows/${id}`, { headers, data: answer("two") });
  await page.goto(`/app/workflows/${id}`);
  await publish();
  await expect(page.getByText("Version 3 is published.")).toBeVisible();
  expect(await call()).toContain("two");
  await undo.click();
  await expect(page.getByText("Version 2 runs again.")).toBeVisible();
  expect(await call()).toContain("one");
  await expect(page.getByRole("button", { name: /^Published, \d+ changes? since$/ })).toBeVisible();

  // The same from the versions, also when the words about it are gone.
  await page.getByRole("button", { name: "Versions" }).click();
  const dialog = page.getByRole("dialog", { name: "Versions" });
  await expect(dialog.getByRole("listitem").filter({ hasText: "Version 2" }).getByText("runs now")).toBeVisible();
  await dialog.getByRole("listitem").filter({ hasText: "Version 3" }).getByRole("button", { name: "Publish again" }).click();
  await expect(dialog.getByRole("listitem").filter({ hasText: "Version 3" }).getByText("runs now")).toBeVisible();
  expect(await call()).toContain("two");
  await dialog.getByRole("button", { name: "Unpublish" }).click();
  await page.getByRole("alertdialog").or(page.getByRole("dialog")).getByRole("button", { name: "Unpublish" }).last().click();
  await expect(page.getByText("Nothing starts it by itself any more.")).toBeVisible();
  expect(await call()).toBe(404);
});
