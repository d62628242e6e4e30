// What most browser tests begin with.
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/** Signs in; whichever test comes first has made the account. */
export async function enter(page: Page) {
  const person = { email: "ada@example.com", password: "nine lemons at dawn" };
  await page.request.post("/api/auth/register", { data: { ...person, name: "Ada Lovelace" } });
  await page.goto("/app/sign-in");
  await page.getByLabel("E-mail").fill(person.email);
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "Home" })).toBeVisible();
}

/** Adds a node by keyboard to the graph that is shown. */
export async function addNode(page: Page, type: string) {
  await page.getByRole("application", { name: /Workflow graph/ }).focus();
  await page.keyboard.press("n");
  await page.getByLabel("Search nodes").fill(type);
  // The types may still be on their way.
  await page.getByRole("option").first().waitFor();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toHaveCount(0);
}

/** No barrier, and nothing that is wider than the screen. */
export async function expectClean(page: Page, name: string) {
  const found = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa"]).analyze();
  expect.soft(found.violations.map((it) => `${name}: ${it.id}: ${it.nodes[0]?.html}`)).toEqual([]);
  const isWide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  expect.soft(isWide, `${name} scrolls sideways`).toBe(false);
}

export async function expectCleanInBothThemes(page: Page, name: string) {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await expectClean(page, `${name} ${colorScheme}`);
    if (process.env.PICTURES) await page.screenshot({ path: `test-results/${name.replaceAll(/\W+/g, "-")}-${colorScheme}.png`, fullPage: true });
  }
}
