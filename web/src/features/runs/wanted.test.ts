// The span of time that an address asks for.
import { expect, test } from "vitest";
import { spanOf, today } from "./wanted";

const now = new Date(2027, 2, 15, 12, 30).getTime();

test("a span counts back from now", () => {
  expect(spanOf({ since: "24h" }, now)).toEqual({ from: new Date(now - 86_400_000).toISOString() });
});

test("the last day is part of what lies between two days", () => {
  expect(spanOf({ from: "2027-03-14", until: "2027-03-15" })).toEqual({ from: new Date(2027, 2, 14).toISOString(), until: new Date(2027, 2, 16).toISOString() });
});

test("what is no day or no span narrows nothing", () => {
  expect(spanOf({ since: "soon", from: "yesterday" })).toEqual({ from: undefined, until: undefined });
});

test("a day is written with two digits", () => {
  expect(today(new Date(2027, 0, 5))).toBe("2027-01-05");
});
