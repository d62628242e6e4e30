// Pictures of every screen for `docs/screenshots`, on a server with the demo: `TAILORBIRD_URL=… npm run screenshots`.
import { test, type Page } from "@playwright/test";

const FOLDER = "../docs/screenshots";

test("screenshots", async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto("/app/register");
  await shot(page, "register");
  await page.getByLabel("Your name").fill("Ada Lovelace");
  await page.getByLabel("E-mail").fill("ada@example.com");
  await page.getByLabel("Password").fill("nine lemons at dawn");
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByRole("heading", { name: "Home" }).waitFor();
  for (const body of [{}, { customer: "Grace", items: [{ price: 9, qty: 2 }] }, { customer: "Ada", items: [{ price: 40, qty: 3 }] }]) {
    await page.request.post("/webhook/order", { data: body });
  }
  await page.goto("/app/workflows");
  await page.getByRole("link", { name: "Take an order" }).click();
  await page.locator(".react-flow__node").nth(4).waitFor();
  const workflow = page.url();
  for (const theme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goto(workflow);
    await page.locator(".react-flow__node").nth(4).waitFor();
    await shot(page, `editor-${theme}`);
    await page.goto(`${workflow}?node=Add up`);
    await page.getByRole("region", { name: "Node Add up" }).getByText("Fields", { exact: true }).waitFor();
    await page.waitForTimeout(1500);
    await shot(page, `editor-node-${theme}`);
    await page.getByRole("button", { name: "Settings of the workflow" }).click();
    await page.getByLabel("When it fails, run").waitFor();
    await shot(page, `workflow-settings-${theme}`);
    await page.goto("/app/workflows");
    await page.getByRole("button", { name: "Templates" }).click();
    await page.getByText("Watch a page").waitFor();
    await shot(page, `templates-${theme}`);
    await page.goto("/app/executions");
    await page.getByRole("row").nth(1).waitFor();
    await shot(page, `executions-${theme}`);
    await page.getByRole("row").nth(2).getByRole("link").nth(1).click();
    await page.getByRole("heading", { name: /Steps/ }).waitFor();
    await page.getByRole("button", { name: /Add up/ }).first().click();
    await page.waitForTimeout(800);
    await shot(page, `execution-${theme}`);
    for (const [name, path] of [["home", "/app/"], ["workflows", "/app/workflows"], ["webhooks", "/app/webhooks"], ["members", "/app/settings/members"], ["roles", "/app/settings/roles"], ["keys", "/app/settings/keys"], ["plan", "/app/settings/plan"], ["credits", "/app/settings/credits"], ["platform", "/app/settings/platform"]] as const) {
      await page.goto(path);
      await page.getByRole("heading", { level: 1 }).waitFor();
      if (name === "webhooks") {
        await page.getByRole("link", { name: /\/webhook\/order$/ }).click();
        await page.getByRole("region", { name: "Requests" }).getByRole("button").first().click();
      }
      await page.waitForTimeout(700);
      await shot(page, `${name}-${theme}`);
    }
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 360, height: 740 });
  for (const [name, path] of [["home", "/app/"], ["executions", "/app/executions"], ["workflows", "/app/workflows"]] as const) {
    await page.goto(path);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.waitForTimeout(700);
    await shot(page, `${name}-360`);
  }
  await page.goto(workflow);
  await page.getByRole("treeitem").nth(4).waitFor();
  await page.waitForTimeout(700);
  await shot(page, "editor-360");
});

const shot = (page: Page, name: string) => page.screenshot({ path: `${FOLDER}/${name}.png` });
