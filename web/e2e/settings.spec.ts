// Settings that have no test of their own: an address that leads nowhere, keys and variables that change, and the
// workflow's own settings and versions.
import { expect, test } from "@playwright/test";
import { addNode, enter } from "./steps";

test("a page of settings that does not exist says so and shows the way", async ({ page }) => {
  await enter(page);
  await page.goto("/app/settings/odd");
  await expect(page.getByText("There is no such page of settings")).toBeVisible();
  await page.getByRole("link", { name: "Go to your profile" }).click();
  await expect(page.getByLabel("Your name")).toBeVisible();
  await page.keyboard.press("Control+k");
  await page.getByLabel("Search workflows and actions").fill("settings: audit");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Settings: Audit log" })).toBeVisible();
});

test("a key is made, limited and rotated; a variable gets another value", async ({ page }) => {
  await enter(page);
  await page.goto("/app/settings/keys");
  await page.getByRole("button", { name: "New key" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Deploys");
  await dialog.getByLabel("How often it may ask").fill("10/min");
  await dialog.getByRole("button", { name: "Make a key" }).click();
  const shown = page.getByRole("status").locator("code");
  const first = await shown.textContent();
  const row = page.getByRole("row", { name: /Deploys/ }).first();
  await expect(row).toContainText("10/min");
  await row.getByRole("button", { name: "More about Deploys" }).click();
  await page.getByRole("menuitem", { name: "Rotate…" }).click();
  await page.getByRole("button", { name: "Make the new key" }).click();
  await expect(shown).not.toHaveText(first ?? "");
  await expect(page.getByText("rotated")).toBeVisible();

  await page.goto("/app/settings/variables");
  await page.getByLabel("Name").fill("town");
  await page.getByLabel("Value").fill("Lisbon");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByRole("button", { name: "Change town" }).click();
  await page.getByRole("dialog").getByLabel("Value").fill("Recife");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("row", { name: /town/ })).toContainText("Recife");
});

test("a workflow says how its draft stands, and a version is taken back", async ({ page }) => {
  await enter(page);
  await page.getByRole("button", { name: "New workflow" }).press("Enter");
  await expect(page.getByLabel("Name of the workflow")).toHaveValue("Untitled workflow");
  await expect(page.getByText("Not published", { exact: true })).toBeVisible();
  await addNode(page, "Manual trigger");
  await addNode(page, "HTTP request");
  await expect(page.getByRole("button", { name: /\d to mend/ })).toBeVisible();
  await page.getByRole("textbox", { name: "Address" }).fill("https://example.com/feed");
  await expect(page.getByRole("button", { name: /to mend/ })).toHaveCount(0);
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  await page.getByLabel("What changed, for people").fill("The first feed");
  await page.getByRole("button", { name: "Publish now" }).click();
  await expect(page.getByRole("button", { name: "Published", exact: true })).toBeVisible();

  await page.getByRole("textbox", { name: "Address" }).fill("https://example.com/other");
  await page.getByRole("button", { name: "Published, 1 change since" }).click();
  const versions = page.getByRole("dialog");
  await expect(versions.getByText("The first feed")).toBeVisible();
  await versions.getByRole("button", { name: "Compare with the draft" }).click();
  await expect(versions.getByText("https://example.com/other")).toBeVisible();
  await versions.getByRole("button", { name: "Make it the draft" }).click();
  await expect(page.getByRole("textbox", { name: "Address" })).toHaveValue("https://example.com/feed");
  await page.getByRole("button", { name: "Undo" }).last().click();
  await expect(page.getByRole("textbox", { name: "Address" })).toHaveValue("https://example.com/other");

  await page.getByRole("button", { name: "Settings of the workflow" }).click();
  const settings = page.getByRole("dialog");
  await settings.getByLabel("Time zone").fill("Europe/Lisbon");
  await settings.getByLabel("Name of each execution").fill("=order {{ $json.id }}");
  await settings.getByRole("button", { name: "Close" }).click();
  await expect(page.getByText("Saved", { exact: true })).toBeVisible();
  await page.reload();
  await page.getByRole("button", { name: "Settings of the workflow" }).click();
  await expect(settings.getByLabel("Time zone")).toHaveValue("Europe/Lisbon");
});

test("filters are cleared with what was typed into them", async ({ page }) => {
  await enter(page);
  await page.goto("/app/executions?since=24h");
  await page.getByLabel("Search by key, id or error").fill("nothing is called like this");
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect(page.getByLabel("Search by key, id or error")).toHaveValue("");
  await expect(page.getByLabel("Started when")).toHaveValue("");
});

test("who looks after the server gives a workspace its plan, and seals anew", async ({ page }) => {
  await enter(page);
  await page.goto("/app/settings/platform");
  const dialog = page.getByRole("dialog");
  const open = async (entry: string) => {
    await page.getByRole("region", { name: "Workspaces" }).getByRole("button", { name: /^More about/ }).first().click();
    await page.getByRole("menuitem", { name: entry }).click();
    await expect(dialog).toBeVisible();
  };
  await open("Plan…");
  // The one that it has: the other tests go on with it.
  await expect(dialog.getByLabel("Plan", { exact: true })).toHaveValue("unlimited");
  await dialog.getByText("Limits of its own").click();
  await dialog.getByLabel("Members and invitations", { exact: true }).selectOption("Another limit");
  await dialog.getByLabel("Members and invitations: at most").fill("");
  await expect(dialog.getByText("Enter a whole number.")).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Give the plan" })).toBeDisabled();
  await dialog.getByLabel("Members and invitations: at most").fill("77");
  await dialog.getByRole("button", { name: "Give the plan" }).click();
  await expect(page.getByText("Saved", { exact: true })).toBeVisible();
  await page.goto("/app/settings/plan");
  await expect(page.getByRole("meter", { name: "Members and invitations" })).toHaveAttribute("aria-valuemax", "77");
  await page.goto("/app/settings/platform");
  await open("Plan…");
  await expect(dialog.getByLabel("Members and invitations: at most")).toHaveValue("77");
  await dialog.getByLabel("Members and invitations", { exact: true }).selectOption({ index: 0 });
  await dialog.getByRole("button", { name: "Give the plan" }).click();
  await expect(dialog).toHaveCount(0);

  await open("Credits…");
  await dialog.getByLabel("How many").fill("0");
  await expect(dialog.getByText("A whole number from 1 to 10,000,000")).toBeVisible();
  await dialog.getByLabel("How many").fill("30");
  await dialog.getByRole("button", { name: "Give credits" }).click();
  await expect(page.getByText(/^Given/)).toBeVisible();
  await page.goto("/app/settings/credits");
  await expect(page.getByRole("row", { name: /Given \+30/ })).toBeVisible();
  await page.goto("/app/settings/platform");
  await page.getByRole("button", { name: "New key…" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Make a new key" }).click();
  await expect(page.getByText(/^Key 2 seals now/)).toBeVisible();
});
