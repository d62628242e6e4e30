// Single sign-on of a workspace: a real SAML provider, set up, confirmed and used through the pages.
import { readFileSync } from "node:fs";
import { createServer, type Server as Listener } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { AxeBuilder } from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import type * as Samlify from "samlify";
import { Server } from "./server";

const ADA = { email: "ada@corp.example", password: "nine lemons at dawn" };
const FILES = "../crates/testkit/src/saml";

// An import does not find all of its parts.
const samlify = createRequire(import.meta.url)("samlify") as typeof Samlify;

// What it reads is our own request.
samlify.setSchemaValidator({ validate: () => Promise.resolve("it is not looked at") });

/** The provider of `corp.example`: it believes everybody, and puts whoever says so into a group. */
async function provide(metadata: () => Promise<string>): Promise<Listener> {
  const listener = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const page = (text: string, type = "text/html") => response.writeHead(200, { "content-type": type }).end(text);
    const idp = identityProvider(listener);
    if (url.pathname === "/metadata") {
      page(idp.getMetadata(), "application/samlmetadata+xml");
    } else if (!url.searchParams.has("email")) {
      const kept = ["SAMLRequest", "RelayState"].map((it) => `<input type="hidden" name="${it}" value="${url.searchParams.get(it)}">`);
      page(`<h1>Corp</h1><form action="/sign-in">${kept.join("")}<label>Address <input name="email"></label><label>Group <input name="group"></label><button>Come in</button></form>`);
    } else {
      void answer(idp, url.searchParams, metadata).then(page);
    }
  });
  await new Promise<void>((done) => listener.listen(0, "127.0.0.1", done));
  return listener;
}

const baseOf = (listener: Listener) => `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;

function identityProvider(listener: Listener) {
  const attribute = (name: string) => ({ name, valueTag: `user.${name}`, nameFormat: "urn:oasis:names:tc:SAML:2.0:attrname-format:basic", valueXsiType: "xs:string" });
  return samlify.IdentityProvider({
    entityID: `${baseOf(listener)}/metadata`,
    privateKey: readFileSync(`${FILES}/key.pem`, "utf8"),
    signingCert: readFileSync(`${FILES}/certificate.pem`, "utf8"),
    nameIDFormat: ["urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"],
    singleSignOnService: [{ Binding: "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect", Location: `${baseOf(listener)}/sign-in` }],
    loginResponseTemplate: { context: samlify.SamlLib.defaultLoginResponseTemplate.context, attributes: ["email", "displayName", "groups"].map(attribute) },
  });
}

/** A page whose button sends the answer on. */
async function answer(idp: ReturnType<typeof identityProvider>, asked: URLSearchParams, metadata: () => Promise<string>): Promise<string> {
  const sp = samlify.ServiceProvider({ metadata: await metadata() });
  const info = await idp.parseLoginRequest(sp, "redirect", { query: Object.fromEntries(asked) });
  const email = asked.get("email") ?? "";
  const now = new Date();
  const until = new Date(now.getTime() + 300_000);
  const back = String(sp.entityMeta.getAssertionConsumerService("post"));
  const made = await idp.createLoginResponse(sp, { ...info }, "post", { email }, (template: string) => ({
    id: "",
    context: samlify.SamlLib.replaceTagsByValue(template, {
      ID: `_${crypto.randomUUID()}`,
      AssertionID: `_${crypto.randomUUID()}`,
      Destination: back,
      Audience: sp.entityMeta.getEntityID(),
      SubjectRecipient: back,
      Issuer: idp.entityMeta.getEntityID(),
      IssueInstant: now.toISOString(),
      StatusCode: "urn:oasis:names:tc:SAML:2.0:status:Success",
      ConditionsNotBefore: now.toISOString(),
      ConditionsNotOnOrAfter: until.toISOString(),
      SubjectConfirmationDataNotOnOrAfter: until.toISOString(),
      NameIDFormat: "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
      NameID: `person-${email}`,
      InResponseTo: (info.extract as { request: { id: string } }).request.id,
      AuthnStatement: "",
      attrUserEmail: email,
      attrUserDisplayName: `${email.split("@")[0]} of Corp`,
      attrUserGroups: asked.get("group") ?? "",
    }),
  }));
  const field = (name: string, value: string) => `<input type="hidden" name="${name}" value="${value}">`;
  return `<h1>Corp</h1><form method="post" action="${back}">${field("SAMLResponse", String(made.context))}${field("RelayState", asked.get("RelayState") ?? "")}<button>Go on</button></form>`;
}

async function allow(page: Page, email: string, group: string) {
  await page.getByLabel("Address").fill(email);
  await page.getByLabel("Group").fill(group);
  await page.getByRole("button", { name: "Come in" }).click();
  await page.getByRole("button", { name: "Go on" }).click();
}

test("a workspace's people come in by its own provider", async ({ browser }) => {
  const server = await Server.start();
  let ours = "";
  const corp = await provide(async () => (await fetch(ours)).text());
  const visit = async () => (await browser.newContext({ baseURL: server.url })).newPage();
  const clean = async (page: Page) => {
    const found = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa"]).analyze();
    expect.soft(found.violations.map((it) => `${it.id}: ${it.nodes[0]?.html}`)).toEqual([]);
  };
  try {
    const ada = await visit();
    await ada.request.post("/api/auth/register", { data: { ...ADA, name: "Ada Lovelace" } });
    await ada.goto("/app/settings/sso");
    await ada.getByLabel("E-mail").fill(ADA.email);
    await ada.getByLabel("Password").fill(ADA.password);
    await ada.getByRole("button", { name: "Sign in", exact: true }).click();

    // The administrator says who the provider is, and is told what is odd.
    await expect(ada.getByRole("heading", { name: "Name your provider" })).toBeVisible();
    ours = (await ada.getByText(/\/metadata$/).textContent()) ?? "";
    await ada.getByRole("textbox", { name: "Metadata" }).fill("<no/>");
    await ada.getByRole("button", { name: "Save" }).click();
    await expect(ada.getByRole("alert")).toContainText("no identity provider");
    await ada.getByLabel("The provider is known by").selectOption("address");
    await ada.getByLabel("Address of the metadata").fill(`${baseOf(corp)}/metadata`);
    await ada.getByLabel("Domains of their addresses").fill("corp.example");
    await ada.getByRole("button", { name: "Add a group" }).click();
    await ada.getByLabel("Group 1", { exact: true }).fill("builders");
    await clean(ada);
    await ada.getByRole("button", { name: "Save" }).click();
    await expect(ada.getByText("not confirmed yet")).toBeVisible();
    await clean(ada);

    // Before the domain is confirmed, an address finds nothing; then it does.
    const bob = await visit();
    const begin = async (page: Page) => {
      await page.goto("/app/executions");
      await page.getByRole("link", { name: "Single sign-on" }).click();
      await page.getByLabel("Your e-mail").fill("bob@corp.example");
      await page.getByRole("button", { name: "Continue" }).click();
    };
    await begin(bob);
    await expect(bob.getByRole("alert")).toContainText("Nobody has single sign-on");
    await clean(bob);
    await ada.getByRole("link", { name: "Platform" }).click();
    await ada.getByRole("button", { name: "Confirm corp.example" }).click();
    await ada.getByRole("alertdialog").getByRole("button", { name: "Confirm" }).click();
    await expect(ada.getByRole("button", { name: "Take back corp.example" })).toBeVisible();

    // Somebody new is a member with the role of the group, where he wanted to go.
    await begin(bob);
    await allow(bob, "bob@corp.example", "builders");
    await expect(bob).toHaveURL(/\/app\/executions$/);
    await ada.getByRole("link", { name: "Members" }).click();
    await expect(ada.getByRole("row", { name: /bob of Corp/ })).toContainText("editor");
    await ada.getByRole("link", { name: "Single sign-on" }).click();
    await expect(ada.getByText("confirmed", { exact: true })).toBeVisible();

    // Who has a password links it, and comes in by it.
    await ada.getByRole("link", { name: "Profile" }).click();
    await ada.getByRole("button", { name: /^Link single sign-on/ }).click();
    await allow(ada, ADA.email, "");
    await expect(ada.getByRole("button", { name: /^Give up single sign-on/ })).toBeVisible();
    await ada.getByRole("button", { name: "Sign out" }).first().click();
    await expect(ada).toHaveURL(/\/sign-in$/);
    await begin(ada);
    await allow(ada, ADA.email, "");
    await expect(ada).toHaveURL(/\/app\/executions$/);
    await ada.goto("/app/settings/profile");
    await expect(ada.getByLabel("Your name")).toHaveValue("Ada Lovelace");

    // What the provider says of somebody else's account opens nothing.
    const thief = await visit();
    await thief.request.post("/api/auth/register", { data: { email: "carol@other.example", password: ADA.password } });
    await begin(thief);
    await allow(thief, "carol@other.example", "builders");
    await expect(thief.getByRole("alert")).toContainText("Nobody vouches");
  } finally {
    corp.close();
    corp.closeAllConnections();
    await server.close();
  }
});
