// Work in the editor: what a node needs is made on the spot.
import { expect, test, type Page } from "@playwright/test";

/** Signs in; whichever test comes first has made the account. */
async function enter(page: Page) {
  const person = { email: "ada@example.com", password: "nine lemons at dawn" };
  await page.request.post("/api/auth/register", { data: { ...person, name: "Ada Lovelace" } });
  await page.goto("/app/sign-in");
  await page.getByLabel("E-mail").fill(person.email);
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "Home" })).toBeVisible();
}

async function addNode(page: Page, type: string) {
  await page.getByRole("application", { name: /Workflow graph/ }).focus();
  await page.keyboard.press("n");
  await page.getByLabel("Search nodes").fill(type);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toHaveCount(0);
}

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
  const choice = page.getByLabel("Credential: User and password", { exact: true });
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
