// What a new credential is called, and which fields of its form count.
import { expect, test } from "vitest";
import { isShown } from "~/api/forms";
import type { Form } from "~/api/types";
import { freeName } from "./naming";

test("a new credential gets the first name that is free", () => {
  expect(freeName("Slack", [])).toBe("Slack");
  expect(freeName("Slack", ["Slack", "Slack 2"])).toBe("Slack 3");
});

test("a field counts while what it names counts and has the value, be it the usual one", () => {
  const form = {
    fields: [
      { name: "by", kind: "choice", title: "By", default: "key" },
      { name: "where", kind: "choice", title: "Where", show: [{ field: "by", is: ["key"] }] },
      { name: "header", kind: "text", title: "Header", show: [{ field: "where", is: ["header"] }] },
    ],
  } as Form;
  const shown = (values: Record<string, unknown>) => form.fields.filter((it) => isShown(form, it, values)).map((it) => it.name);
  expect(shown({})).toEqual(["by", "where"]);
  expect(shown({ where: "header" })).toEqual(["by", "where", "header"]);
  expect(shown({ by: "password", where: "header" })).toEqual(["by"]);
});
