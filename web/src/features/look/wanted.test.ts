// What an account says of how things look.
import { expect, test } from "vitest";
import { lookOf } from "./wanted";

test("a language is taken where the app speaks it, and the browser's stays where it does not", () => {
  const languages = ["en", "en-GB", "pt-BR", "pt", "PT-pt", "es-MX", "de", "", null, undefined].map((language) => lookOf({ language }).language);
  expect(languages).toEqual(["en", "en", "pt-BR", "pt-BR", "pt-BR", "es", undefined, undefined, undefined, undefined]);
});

test("a theme is taken as it is", () => {
  expect(lookOf({ theme: "dark" })).toEqual({ theme: "dark", language: undefined });
});
