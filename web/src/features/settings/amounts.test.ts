// Sizes and shares.
import { expect, test } from "vitest";
import { amountIn, nextDay, priceOf, shareOf, sizeOf } from "./amounts";

test("a size has the unit in which it is short", () => {
  expect(sizeOf(0, "en")).toBe("0 B");
  expect(sizeOf(1023, "en")).toBe("1,023 B");
  expect(sizeOf(1536, "en")).toBe("1.5 KiB");
  expect(sizeOf(268_435_456, "en")).toBe("256 MiB");
  expect(sizeOf(1536, "pt-BR")).toBe("1,5 KiB");
});

test("what has no limit is never full, and what may not be is", () => {
  expect(shareOf(5, 10)).toBe(0.5);
  expect(shareOf(12, 10)).toBe(1);
  expect(shareOf(0, 0)).toBe(1);
  expect(shareOf(12, null)).toBe(0);
});

test("a price is written in its currency", () => {
  expect(priceOf(4900, "eur", "en")).toBe("€49.00");
  expect(priceOf(4900, "jpy", "en")).toBe("¥4,900");
});

test("an amount is a whole number from 1 on", () => {
  expect(["1", " 250 ", "10000000"].map(amountIn)).toEqual([1, 250, 10_000_000]);
  for (const odd of ["", " ", "0", "-1", "1.5", "many", "1e99"]) expect(amountIn(odd), odd).toBeUndefined();
});

test("a list until a day has that day in it", () => {
  expect(nextDay("2026-02-28")).toBe("2026-03-01");
  expect(nextDay("")).toBeUndefined();
});
