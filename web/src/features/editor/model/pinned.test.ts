// Pinned items are written as a list of objects, and keep their files.
import { expect, test } from "vitest";
import type { Item } from "~/api/types";
import { itemsFrom, textOf } from "./pinned";

const before = [{ json: { a: 1 }, binary: { data: { fileName: "a.txt" } } }, { json: { a: 2 } }] as unknown as Item[];

test("what is not touched stays as it is, files and all", () => {
  expect(itemsFrom(textOf(before), before)).toEqual(before);
  expect(itemsFrom('[{"a": 5}]', before)).toEqual([{ ...before[0], json: { a: 5 } }]);
});

test("one object is one item, more items come without files", () => {
  expect(itemsFrom('{"b": 1}', [])).toEqual([{ json: { b: 1 } }]);
  expect(itemsFrom('[{"a":1},{"a":2},{"a":3}]', before)?.[2]).toEqual({ json: { a: 3 } });
  expect(itemsFrom("[]", before)).toEqual([]);
});

test.each(["", "[1]", "null", "[[]]", "[{]", '"a"'])("%s is none", (text) => expect(itemsFrom(text, before)).toBeUndefined());
