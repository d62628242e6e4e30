// On a phone, in a language with long words: what a person is asked comes first, and nothing is cut.
import { expect, test, type Page } from "@playwright/test";
import { enter, expectClean } from "./steps";

/** Selects whose chosen words are wider than the room for them. */
const cut = (page: Page) =>
  page.locator("main select").evaluateAll((all) =>
    (all as HTMLSelectElement[]).flatMap((it) => {
      const style = getComputedStyle(it);
      const context = document.createElement("canvas").getContext("2d");
      const text = it.selectedOptions[0]?.text ?? "";
      if (!context) return [text];
      context.font = style.font;
      const room = it.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
      return context.measureText(text).width > room + 1 ? [text] : [];
    }),
  );

test("on a phone one reads, decides and answers without a search", async ({ page }) => {
  await enter(page);
  const known = page.waitForRequest((it) => Boolean(it.headers().authorization));
  await page.reload();
  const headers = { authorization: (await known).headers().authorization ?? "" };
  const post = async (path: string, data: object) => (await (await page.request.post(path, { headers, data })).json()) as { id: string; executionId: string };
  const chain = { nodes: [{ name: "Start", type: "trigger.manual" }, { name: "Ask Grace", type: "flow.wait", parameters: { until: "form", title: "A quote" } }], connections: [{ from: "Start", to: "Ask Grace" }] };
  const asking = await post("/api/workflows", { name: "Approve a quote", ...chain });
  const run = await post(`/api/workflows/${asking.id}/execute`, {});
  await page.setViewportSize({ width: 360, height: 760 });
  await page.evaluate(() => localStorage.setItem("language", "pt-BR"));
  await page.request.put("/api/users/preferences", { headers, data: { language: "pt-BR" } });
  try {
    await page.goto(`/app/executions/${run.executionId}`);
    await expect(page.getByRole("link", { name: "Preencher o formulário" })).toBeInViewport({ ratio: 1 });
    await expectClean(page, "a run that waits, narrow");
    // Another step is shown, wherever one was.
    await page.getByRole("button", { name: /^Start/ }).last().click();
    await expect(page.getByRole("complementary", { name: "Start" }).getByRole("heading", { name: "Start" })).toBeInViewport();

    for (const path of ["/app/workflows", "/app/executions"]) {
      await page.goto(path);
      await expect(page.locator("main select").nth(1)).toBeVisible();
      await expect.poll(() => cut(page), { message: path }).toEqual([]);
    }
    await page.goto(`/app/workflows/${asking.id}`);
    const publish = await page.getByRole("button", { name: "Publicar", exact: true }).boundingBox();
    expect((publish?.x ?? 360) + (publish?.width ?? 360)).toBeLessThanOrEqual(348);
  } finally {
    await page.request.put("/api/users/preferences", { headers, data: { language: "en" } });
  }
});
