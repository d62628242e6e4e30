// Where a sign-in may lead: pages of ours, and nowhere else.
import { expect, test } from "vitest";
import { aimOf, safeAim } from "./aim";

test("only pages of ours are led to", () => {
  for (const fine of ["/", "/workflows", "/executions?view=causes"]) expect(safeAim(fine)).toBe(fine);
  for (const odd of [null, undefined, "", "//evil.example.com", "/\\evil.example.com", "https://evil.example.com", "javascript:alert(1)"]) expect(safeAim(odd)).toBe("/");
});

test("an invitation is gone on with where it was", () => {
  expect(aimOf({ pathname: "/app/join", search: "", hash: "#word" })).toBe("/join#word");
  expect(aimOf({ pathname: "/app/sign-in", search: "?to=%2Fworkflows", hash: "" })).toBe("/workflows");
  expect(aimOf({ pathname: "/app/register", search: "", hash: "#word" })).toBe("/");
});
