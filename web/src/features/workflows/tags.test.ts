// Tags are read from a field, and join or replace what a document has.
import { expect, test } from "vitest";
import { changed, tagsOf } from "./tags";

const draft = { name: "A", nodes: [], connections: [], folder: "Old", tags: ["a"] };

test("tags are separated by commas, and each counts once", () => {
  expect(tagsOf(" a, b ,a,, c d ")).toEqual(["a", "b", "c d"]);
  expect(tagsOf("")).toEqual([]);
});

test("of one workflow the wish is all; of many it is added", () => {
  expect(changed(draft, { folder: "", tags: ["b"], isWhole: true })).toMatchObject({ folder: null, tags: ["b"] });
  expect(changed(draft, { folder: " ", tags: ["b", "a"], isWhole: false })).toMatchObject({ folder: "Old", tags: ["a", "b"] });
  expect(changed(draft, { folder: "New", tags: [], isWhole: false })).toMatchObject({ folder: "New", tags: ["a"] });
});
