// What is renewed under one's hands: the session, while a form is sent, and the draft, while it is about to be published.
import { expect, test } from "@playwright/test";
import { addNode, enter } from "./steps";

test("Enter while the session is renewed sends a form once", async ({ page }) => {
  await page.clock.install();
  await enter(page);
  await page.goto("/app/settings/keys");
  await page.getByRole("button", { name: "New key" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("Nightly");
  const sent: string[] = [];
  page.on("request", (it) => it.method() === "POST" && it.url().endsWith("/api/keys") && sent.push(it.url()));
  let release: () => void = () => undefined;
  const held = new Promise<void>((done) => {
    release = done;
  });
  let nAsked = 0;
  await page.route("**/api/auth/refresh", async (route) => {
    nAsked += 1;
    await held;
    await route.continue();
  });
  // The access token is over by now: the next request waits for another.
  await page.clock.fastForward("12:00:00");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Make a key" })).toBeDisabled();
  await page.keyboard.press("Enter");
  await expect.poll(() => nAsked).toBe(1);
  expect(sent).toEqual([]);
  release();
  await expect(page.getByRole("row", { name: /Nightly/ })).toHaveCount(1);
  expect(sent).toHaveLength(1);
  expect(nAsked).toBe(1);
});

test("a draft that changes while it is about to be published is looked at anew", async ({ page }) => {
  await enter(page);
  await page.getByRole("button", { name: "New workflow" }).press("Enter");
  await expect(page.getByLabel("Name of the workflow")).toHaveValue("Untitled workflow");
  await addNode(page, "Manual trigger");
  await addNode(page, "No operation");
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  await page.getByRole("button", { name: "Publish now" }).click();
  await expect(page.getByText("Version 1 is published.")).toBeVisible();
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Publish" });
  await expect(dialog.getByText("It is the same as what is published.")).toBeVisible();

  // Somebody else saves meanwhile.
  const signedIn = await page.request.post("/api/auth/login", { data: { email: "ada@example.com", password: "nine lemons at dawn" } });
  const headers = { authorization: `Bearer ${((await signedIn.json()) as { accessToken: string }).accessToken}` };
  const path = `/api/workflows/${new URL(page.url()).pathname.split("/").pop() ?? ""}`;
  const stored = (await (await page.request.get(path, { headers })).json()) as { draft: { nodes: { name: string; notes?: string }[] } };
  const nodes = stored.draft.nodes.map((it) => (it.name === "No operation" ? { ...it, notes: "Here the order ends" } : it));
  await page.request.put(path, { headers, data: { ...stored.draft, nodes } });

  await expect(dialog.getByText("Here the order ends")).toBeVisible();
  await dialog.getByRole("button", { name: "Publish now" }).click();
  await expect(page.getByText("Version 2 is published.")).toBeVisible();
});

test("who asks for a page when the session is over gets there after signing in", async ({ page }) => {
  await enter(page);
  await page.evaluate(() => localStorage.setItem("tailorbird.refresh", "of a session that is over"));
  await page.goto("/app/executions?status=error");
  await page.getByLabel("E-mail").fill("ada@example.com");
  await page.getByLabel("Password").fill("nine lemons at dawn");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/app\/executions\?status=error$/);
  // Who leaves begins anew.
  await page.getByRole("button", { name: /^You: / }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/app\/sign-in$/);
});
