// What cannot be read says so on each screen, with a way to try again, and what can be read then is shown.
import { expect, test, type Page } from "@playwright/test";
import { enter, expectCleanInBothThemes } from "./steps";

/** What the frame of the page needs to be there at all. */
const KNOWN = ["/api/auth/", "/api/users/preferences", "/api/platform/maintenance"];
const BROKEN = { error: { code: "internal", message: "it broke on purpose", requestId: "req_test", docs: "" } };

async function workflow(page: Page): Promise<string> {
  const known = page.waitForRequest((it) => it.url().includes("/api/workflows") && Boolean(it.headers().authorization));
  await page.goto("/app/workflows");
  const headers = { authorization: (await known).headers().authorization ?? "" };
  const made = await page.request.post("/api/workflows", { headers, data: { name: "Not to be read", nodes: [{ name: "Start", type: "trigger.manual", position: [0, 0] }] } });
  return ((await made.json()) as { id: string }).id;
}

test("every screen says what could not be read, and tries again", async ({ page }) => {
  const said: string[] = [];
  page.on("pageerror", (it) => said.push(it.message));
  await enter(page);
  const id = await workflow(page);
  let isBroken = true;
  await page.route(/\/api\//, (route) => {
    const path = new URL(route.request().url()).pathname;
    const isWanted = isBroken && route.request().method() === "GET" && !KNOWN.some((it) => path.startsWith(it));
    // Not one of the answers that are asked for again by themselves.
    return isWanted ? route.fulfill({ status: 422, json: BROKEN }) : route.continue();
  });
  const screens = ["/app/", "/app/workflows", "/app/executions", "/app/executions?view=causes", "/app/webhooks", `/app/executions/${id}`, `/app/workflows/${id}`];
  for (const part of ["workspace", "plan", "credits", "members", "roles", "sso", "credentials", "variables", "keys", "gateway", "audit", "platform"]) screens.push(`/app/settings/${part}`);
  for (const path of screens) {
    await test.step(path, async () => {
      await page.goto(path);
      const trouble = page.getByRole("alert").filter({ hasText: "it broke on purpose" });
      await expect(trouble.first(), path).toBeVisible();
      await expect(page.getByRole("status", { name: /Reading|Loading/ }), path).toHaveCount(0);
      for (const width of [1280, 360]) {
        await page.setViewportSize({ width, height: 800 });
        await expectCleanInBothThemes(page, `${path} in trouble ${width}`);
      }
      await expect(trouble.first().getByRole("button", { name: "Try again" }), path).toBeVisible();
    });
  }
  await page.goto("/app/settings/members");
  await expect(page.getByText("The members could not be read.")).toBeVisible();
  isBroken = false;
  await page.getByRole("alert").getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("row", { name: /Ada Lovelace/ })).toBeVisible();
  await expect(page.getByRole("alert")).toHaveCount(0);
  expect(said).toEqual([]);
});
