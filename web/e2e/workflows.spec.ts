// The list of workflows: sorted into folders and tags many at once, published, seen to have run; and roles.
import { expect, test } from "@playwright/test";
import { Server } from "./server";

const PERSON = { email: "ada@example.com", password: "nine lemons at dawn" };

test("workflows are sorted and published many at once, and a role of one's own is made", async ({ page, request }) => {
  const server = await Server.start(["--rate-auth", "off"]);
  try {
    const registered = await request.post(`${server.url}/api/auth/register`, { data: { ...PERSON, name: "Ada" } });
    const { accessToken } = (await registered.json()) as { accessToken: string };
    const headers = { authorization: `Bearer ${accessToken}` };
    const nodes = [
      { name: "At nine", type: "trigger.schedule", position: [0, 0], parameters: { rules: [{ every: "days" }] } },
      { name: "Stop", type: "flow.stop", position: [220, 0], parameters: { message: "no luck" } },
    ];
    for (const name of ["Bills", "Orders", "Other"]) {
      const document = name === "Other" ? { name, nodes: nodes.slice(0, 1) } : { name, nodes, connections: [{ from: "At nine", to: "Stop" }] };
      const made = await request.post(`${server.url}/api/workflows`, { headers, data: document });
      const { id } = (await made.json()) as { id: string };
      const nRuns = { Bills: 1, Other: 2 }[name] ?? 0;
      for (let n = 0; n < nRuns; n += 1) await request.post(`${server.url}/api/workflows/${id}/execute`, { headers, data: { waitMs: 20_000 } });
    }
    await page.goto(`${server.url}/app/sign-in`);
    await page.getByLabel("E-mail").fill(PERSON.email);
    await page.getByLabel("Password").fill(PERSON.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByRole("heading", { name: "Home" })).toBeVisible();
    // Which of them did worst, and which ran most.
    const ran = page.getByRole("region", { name: "Workflows" }).getByRole("row").getByRole("link");
    await expect(ran).toHaveText(["Bills", "Other"]);
    await page.getByLabel("Order of the workflows").selectOption("Busiest first");
    await expect(ran).toHaveText(["Other", "Bills"]);
    await page.getByRole("link", { name: "Workflows" }).first().click();

    await page.getByLabel("Choose Bills").check();
    await page.getByLabel("Choose Orders").check();
    await expect(page.getByText("2 chosen")).toBeVisible();
    await page.getByRole("button", { name: "Folder and tags" }).click();
    await page.getByRole("dialog").getByLabel("Folder").fill("Money");
    await page.getByRole("dialog").getByLabel("Tags").fill("daily, paid");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("button", { name: "Publish", exact: true }).click();
    await expect(page.getByText("2 chosen")).toHaveCount(0);
    await expect(page.getByRole("row", { name: /Bills.*Published.*Failed/ })).toBeVisible();
    await expect(page.getByRole("row", { name: /Other.*Draft/ })).toBeVisible();
    await page.getByRole("combobox", { name: "Folder" }).selectOption("Money");
    await expect(page.getByRole("row")).toHaveCount(3);
    await page.getByLabel("Choose all").check();
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Cancel" }).click();
    await expect(page.getByRole("row")).toHaveCount(3);

    await page.goto(`${server.url}/app/settings/roles`);
    await page.getByRole("button", { name: "New role" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("watcher");
    await page.getByLabel("executions.read").check();
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByRole("row", { name: /watcher/ })).toBeVisible();
    await page.goto(`${server.url}/app/settings/workspace`);
    await page.getByRole("textbox", { name: "Name", exact: true }).fill("Ada's");
    await page.getByRole("button", { name: "Save" }).first().click();
    await expect(page.getByRole("button", { name: "Workspace: Ada's" })).toBeVisible();
  } finally {
    await server.close();
  }
});
