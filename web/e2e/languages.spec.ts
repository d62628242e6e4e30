// What the server's own data says is said in the reader's language: nodes, forms, permissions, and what is to be mended.
import { expect, test } from "@playwright/test";
import { Server } from "./server";
import { expectClean } from "./steps";

const PERSON = { email: "ada@example.com", password: "nine lemons at dawn" };

test("a workflow is drawn in Portuguese, with nodes found by either name", async ({ page, request }) => {
  const server = await Server.start(["--rate-auth", "off"]);
  try {
    await request.post(`${server.url}/api/auth/register`, { data: { ...PERSON, name: "Ada" } });
    await page.goto(`${server.url}/app/sign-in`);
    await page.getByRole("button", { name: "Português (Brasil)" }).click();
    await page.getByLabel("E-mail").fill(PERSON.email);
    await page.getByLabel("Senha").fill(PERSON.password);
    await page.getByRole("button", { name: "Entrar", exact: true }).click();
    await page.getByRole("button", { name: "Novo fluxo" }).press("Enter");
    const canvas = page.getByRole("application", { name: /^Grafo do fluxo/ });
    const search = page.getByRole("dialog").getByRole("combobox");
    for (const [wanted, made] of [["schedule", "Agendamento"], ["requisição", "Requisição HTTP"]] as const) {
      await canvas.focus();
      await page.keyboard.press("n");
      await search.fill(wanted);
      await page.getByRole("option").first().waitFor();
      await page.keyboard.press("Enter");
      await expect(page.locator(".react-flow__node").filter({ hasText: made })).toBeVisible();
    }
    await expect(page.getByText("Para onde a requisição vai; começa com")).toBeVisible();
    await expect(page.getByLabel("Método").locator("option:checked")).toHaveText("GET");
    await page.getByRole("button", { name: "Publicar", exact: true }).click();
    await expect(page.getByRole("dialog").getByText("“Endereço” é necessário.")).toBeVisible();
    await page.keyboard.press("Escape");

    // The page changes its language where it is, and what it has read goes along.
    await page.getByRole("button", { name: "Você: Ada" }).click();
    await page.getByRole("menu").getByText("Español").click();
    await expect(page.getByText("Adónde va la petición; empieza por")).toBeVisible();

    await page.goto(`${server.url}/app/settings/roles`);
    await page.locator("tbody").getByRole("button").first().click();
    await expect(page.getByRole("dialog").getByText("Publicar un flujo y retirarlo")).toBeVisible();
    await page.goto(`${server.url}/app/settings/credentials`);
    await page.getByRole("button", { name: "Nueva credencial" }).click();
    await page.getByLabel("Tipo").selectOption("httpBasicAuth");
    await expect(page.getByRole("dialog").getByText("La contraseña de ese usuario.")).toBeVisible();
    await page.setViewportSize({ width: 360, height: 740 });
    await expectClean(page, "a credential in Spanish");
  } finally {
    await server.close();
  }
});

test("what went wrong is told in Spanish: in a run, at an expression, and why a trigger cannot listen", async ({ page, request }) => {
  const server = await Server.start(["--rate-auth", "off"]);
  try {
    const made = await request.post(`${server.url}/api/auth/register`, { data: { ...PERSON, name: "Ada" } });
    const headers = { authorization: `Bearer ${((await made.json()) as { accessToken: string }).accessToken}` };
    await request.put(`${server.url}/api/users/preferences`, { headers, data: { language: "es" } });
    const nodes = [
      { name: "Start", type: "trigger.manual", position: [0, 0] },
      { name: "Look", type: "data.set", position: [240, 0], parameters: { fields: [{ name: "x", type: "string", value: "={{ $('Nobody').item.json.x }}" }] } },
      { name: "Hear", type: "trigger.webhook", position: [0, 200], parameters: { path: "a b" } },
    ];
    const flow = (await (await request.post(`${server.url}/api/workflows`, { headers, data: { name: "Errs", nodes, connections: [{ from: "Start", to: "Look" }] } })).json()) as { id: string };
    const run = (await (await request.post(`${server.url}/api/workflows/${flow.id}/execute`, { headers, data: { waitMs: 30_000 } })).json()) as { executionId: string };
    await page.goto(`${server.url}/app/sign-in?to=${encodeURIComponent(`/executions/${run.executionId}`)}`);
    await page.locator('input[type="email"]').fill(PERSON.email);
    await page.locator('input[type="password"]').fill(PERSON.password);
    await page.locator('form button[type="submit"]').click();
    await expect(page.getByRole("alert").first()).toContainText("El nodo 'Nobody' no existe");
    await page.goto(`${server.url}/app/workflows/${flow.id}?node=Look`);
    await expect(page.getByRole("region", { name: "Nodo Look" }).locator("output").first()).toContainText("El nodo 'Nobody' no existe");
    await page.getByRole("button", { name: "Publicar", exact: true }).click();
    await expect(page.getByRole("dialog")).toContainText("la ruta `a b` contiene un espacio");
  } finally {
    await server.close();
  }
});

test("a run that waits for a form says where it is filled in", async ({ page, request }) => {
  const server = await Server.start(["--rate-auth", "off"]);
  try {
    const made = await request.post(`${server.url}/api/auth/register`, { data: { ...PERSON, name: "Ada" } });
    const headers = { authorization: `Bearer ${((await made.json()) as { accessToken: string }).accessToken}` };
    const nodes = [
      { name: "Start", type: "trigger.manual", position: [0, 0] },
      { name: "Ask", type: "flow.wait", position: [240, 0], parameters: { until: "form", title: "Is it fine?", fields: '[{"label": "Word", "type": "text", "required": true}]' } },
    ];
    const flow = (await (await request.post(`${server.url}/api/workflows`, { headers, data: { name: "Asks", nodes, connections: [{ from: "Start", to: "Ask" }] } })).json()) as { id: string };
    await request.post(`${server.url}/api/workflows/${flow.id}/execute`, { headers, data: {} });
    await page.setViewportSize({ width: 360, height: 740 });
    await page.goto(`${server.url}/app/sign-in`);
    await page.getByLabel("E-mail").fill(PERSON.email);
    await page.getByLabel("Password").fill(PERSON.password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("link", { name: "Answer it" }).click();
    await page.getByRole("button", { name: /^Ask Waiting/ }).click();
    const [form] = await Promise.all([page.waitForEvent("popup"), page.getByRole("link", { name: "Fill in the form" }).click()]);
    await form.getByLabel("Word").fill("yes");
    await form.getByRole("button").click();
    await expect(page.getByText("Done", { exact: true }).first()).toBeVisible();
  } finally {
    await server.close();
  }
});
