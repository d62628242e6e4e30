// What the server refused is said in the reader's language.
import { readdirSync } from "node:fs";
import i18next from "i18next";
import { afterAll, beforeAll, expect, test } from "vitest";
import es from "../locales/es.json";
import { knownCodes, sentenceOf } from "./sentences";

beforeAll(() => i18next.init({ lng: "en", resources: { es: { translation: es } }, keySeparator: false, nsSeparator: false }));
afterAll(() => i18next.changeLanguage("en"));

test("in English the server's own words are the best", async () => {
  await i18next.changeLanguage("en");
  expect(sentenceOf("name_taken", "the role `x` is built in")).toBe("the role `x` is built in");
});

test("in another language it is that language, with the server's words where they say more", async () => {
  await i18next.changeLanguage("es");
  expect(sentenceOf("name_taken", "the role `x` is built in")).toBe("Este nombre ya está en uso: the role `x` is built in");
  expect(sentenceOf("key_expired", "this API key has expired")).toBe("El tiempo de esta clave de API ha terminado. Cree otra, o use la que la sucede.");
  expect(sentenceOf("workflow_not_found", "there is no workflow 7")).toBe("No hay tal flujo aquí.");
  expect(sentenceOf("maintenance", "We are moving house")).toBe("We are moving house");
});

/** Who shuts the server says himself why; the others are for callers of other addresses than the app asks. */
const TOLD = ["maintenance", "method_not_allowed", "route_not_found", "schema_newer", "upstream_failed", "upstream_timeout", "webhook_not_found"];

test("each code of the server's has a sentence, and no other", () => {
  const pages = readdirSync("../docs/errors").map((it) => it.replace(/\.md$/, ""));
  expect([...knownCodes(), ...TOLD].sort()).toEqual(pages.sort());
});
