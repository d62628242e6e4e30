// The word of a mail's link is found behind the `#`, and nothing where there is none.
import { expect, test } from "vitest";
import { wordOf } from "./word";

test.each([
  ["#abc_DEF-1", "abc_DEF-1"],
  ["#token=abc", "abc"],
  ["#token=", ""],
  ["", ""],
  ["#", ""],
])("%s", (hash, word) => {
  expect(wordOf(hash)).toBe(word);
});
