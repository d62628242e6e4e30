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
