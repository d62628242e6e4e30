// Permissions of one subject stand together, in the order in which they came.
import { expect, test } from "vitest";
import { grouped } from "./permissions";

test("by subject", () => {
  const [a, b, c] = [{ name: "keys.read" }, { name: "nodes.try" }, { name: "keys.write" }];
  expect(grouped([a, b, c])).toEqual([["keys", [a, c]], ["nodes", [b]]]);
  expect(grouped([])).toEqual([]);
});
