// Sizes and shares.
import { expect, test } from "vitest";
import { priceOf, shareOf, sizeOf } from "./amounts";

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
