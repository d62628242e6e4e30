// What the server's data says is said in the reader's language, and what programs read stays as it is.
import { expect, test } from "vitest";
import { inWords } from "./words";

const TABLE = { URL: "Endereço", "Where it goes.": "Para onde vai.", None: "Nenhum" };

test("what people read is translated, however deep it lies", () => {
  const type = { title: "URL", form: { fields: [{ name: "url", title: "URL", help: "Where it goes.", options: [{ value: "None", title: "None" }] }] } };
  expect(inWords(TABLE, type)).toEqual({ title: "Endereço", form: { fields: [{ name: "url", title: "Endereço", help: "Para onde vai.", options: [{ value: "None", title: "Nenhum" }] }] } });
});

test("values and usual values are nobody's words", () => {
  const field = { name: "None", default: { title: "URL" }, options: [{ value: { title: "URL" }, title: "toString" }] };
  expect(inWords(TABLE, field)).toEqual(field);
});
