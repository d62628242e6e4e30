// What stands in the round mark of a person.
import { expect, test } from "vitest";
import { initials } from "./names";

test("a mark has the first letters of the first and the last name", () => {
  expect(initials("Ada Lovelace")).toBe("AL");
  expect(initials("Ada King of Lovelace")).toBe("AL");
  expect(initials("ada")).toBe("A");
  expect(initials("ada@example.com")).toBe("AE");
  expect(initials("Élodie Ñandú")).toBe("ÉÑ");
  expect(initials("")).toBe("?");
});
