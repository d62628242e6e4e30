// From an empty server to a workflow that has run; then every screen, in both themes and at two widths.
import { expect, test, type Page } from "@playwright/test";
import { expectCleanInBothThemes } from "./steps";

const PASSWORD = "nine lemons at dawn";

test("first run to first running workflow, and every screen is clean", async ({ page }) => {
  const said: string[] = [];
  page.on("console", (it) => it.type() === "error" && said.push(it.text()));
  page.on("pageerror", (it) => said.push(it.message));

  await page.goto("/");
  // Nobody can sign in yet: the server is set up first.
  await expect(page.getByRole("heading", { name: "Set up this server" })).toBeVisible();
  await page.getByLabel("Your name").fill("Ada Lovelace");
  await page.getByLabel("E-mail").fill("ada@example.com");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Create account" }).click();

  await page.getByRole("button", { name: /Start with one that runs/ }).click();
  await expect(page.getByLabel("Name of the workflow")).toHaveValue("My first workflow");
  await expect(page.locator(".react-flow__node")).toHaveCount(5);
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await expect(page.getByText("Done", { exact: true })).toBeVisible();

  await page.getByRole("link", { name: "See the run" }).click();
  await page.getByRole("button", { name: /Add a gift/ }).click();
  await expect(page.getByRole("complementary", { name: "Add a gift" }).getByText("Ada gets a gift with this order")).toBeVisible();

  const run = new URL(page.url()).pathname;
  await page.getByRole("link", { name: "Open the workflow" }).click();
  await expect(page.locator(".react-flow__node")).toHaveCount(5);
  const workflow = new URL(page.url()).pathname;
  const screens = ["/app/", "/app/workflows", "/app/executions", "/app/executions?view=causes", `${run}/compare/${run.split("/").pop()}`, "/app/webhooks", run, workflow, `${workflow}?node=Add a gift`];
  for (const part of ["profile", "workspace", "plan", "credits", "members", "roles", "sso", "credentials", "variables", "keys", "gateway", "audit", "platform", "nowhere"]) screens.push(`/app/settings/${part}`);
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: 800 });
    for (const path of screens) await isClean(page, path, width);
  }
  expect(said).toEqual([]);
});

test("the way in is clean", async ({ page }) => {
  const said: string[] = [];
  page.on("console", (it) => it.type() === "error" && said.push(it.text()));
  page.on("pageerror", (it) => said.push(it.message));
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: 800 });
    for (const path of ["sign-in", "sign-in/sso", "register", "forgot", "reset#x", "join#x", "email#x", "verify#x", "no/such/page"]) {
      await page.goto("about:blank");
      await page.goto(`/app/${path}`);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await page.waitForLoadState("networkidle");
      await expectCleanInBothThemes(page, `${path} ${width}`);
    }
  }
  expect(said).toEqual([]);
});

async function isClean(page: Page, path: string, width: number) {
  // Leaving before the new tokens are kept would send the old one again.
  const isKnown = page.waitForResponse((it) => it.url().endsWith("/api/auth/me"));
  await page.goto(path);
  await isKnown;
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.getByRole("status", { name: /Reading/ })).toHaveCount(0);
  await page.waitForLoadState("load");
  await expectCleanInBothThemes(page, `${path} ${width}`);
}
