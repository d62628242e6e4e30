// Publishing is taken back: to the version that ran before, or to none.
import { expect, test, type Page } from "@playwright/test";
import { enter } from "./steps";

/** A workflow whose webhook answers with a word, shown in the list; it may get another word, and be called. */
async function answering(page: Page, name: string, path: string) {
  await enter(page);
  const known = page.waitForRequest((it) => it.url().includes("/api/workflows") && Boolean(it.headers().authorization));
  await page.goto("/app/workflows");
  const headers = { authorization: (await known).headers().authorization ?? "" };
  const document = (value: string) => ({
    name,
    nodes: [
      { name: "Call", type: "trigger.webhook", position: [0, 0], parameters: { methods: ["GET"], path, respond: "lastNode" } },
      { name: "Answer", type: "data.set", position: [240, 0], parameters: { fields: [{ name: "says", type: "string", value }] } },
    ],
    connections: [{ from: "Call", to: "Answer" }],
  });
  const { id } = (await (await page.request.post("/api/workflows", { headers, data: document("one") })).json()) as { id: string };
  const change = (value: string) => page.request.put(`/api/workflows/${id}`, { headers, data: document(value) });
  const call = async () => {
    const said = await page.request.get(`/webhook/${path}`);
    return said.ok() ? JSON.stringify(await said.json()) : said.status();
  };
  return { id, headers, change, call };
}

const undoIn = (page: Page) => page.locator('[aria-live="polite"]').getByRole("button", { name: "Undo" }).last();

test("what is published is one step from what ran before", async ({ page }) => {
  const { id, change, call } = await answering(page, "Back and forth", "back-and-forth");
  const publish = async () => {
    await page.getByRole("button", { name: "Publish", exact: true }).click();
    await page.getByRole("button", { name: "Publish now" }).click();
  };
  const undo = undoIn(page);

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
  await change("two");
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

test("publishing from the list is taken back too, and never over what another published meanwhile", async ({ page }) => {
  const { id, headers, change, call } = await answering(page, "From the list", "from-the-list");
  const choose = async (entry: string) => {
    await page.getByRole("button", { name: "More about From the list" }).click();
    await page.getByRole("menuitem", { name: entry, exact: true }).click();
  };
  const undo = undoIn(page);
  await page.reload();
  await choose("Publish");
  await expect(page.getByText("Version 1 is published.")).toBeVisible();
  expect(await call()).toContain("one");
  await undo.click();
  await expect(page.getByText("Nothing starts it by itself any more.")).toBeVisible();
  await expect(page.getByRole("row", { name: /From the list/ }).getByText("Draft", { exact: true })).toBeVisible();
  expect(await call()).toBe(404);
  await choose("Publish");
  await expect(page.getByText("Version 2 is published.")).toBeVisible();

  await change("two");
  expect((await page.request.post(`/api/workflows/${id}/publish`, { headers, data: {} })).status()).toBe(200);
  await undo.click();
  await expect(page.getByRole("alert").getByText("Somebody else has changed meanwhile what is published: see the versions.")).toBeVisible();
  expect(await call()).toContain("two");

  await page.reload();
  await choose("Unpublish");
  await page.getByRole("alertdialog").getByRole("button", { name: "Unpublish" }).click();
  await expect(page.getByText("Nothing starts it by itself any more.")).toBeVisible();
  expect(await call()).toBe(404);
  await undo.click();
  await expect(page.getByText("Version 3 runs again.")).toBeVisible();
  expect(await call()).toContain("two");
});
