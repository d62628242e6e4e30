// What was recorded follows a node to its new name, and no other node.
import { expect, test } from "vitest";
import { namesSince } from "./since";

const named = (...all: [string, string][]) => all.map(([id, name]) => ({ id, name }));

test("a node that got another name is the same", () => {
  expect([...namesSince(named(["1", "Start"], ["2", "Ask"]), named(["1", "Start"], ["2", "Read the feed"]))]).toEqual([["Ask", "Read the feed"]]);
  expect([...namesSince(named(["1", "A"], ["2", "B"]), named(["1", "B"], ["2", "A"]))]).toEqual([["A", "B"], ["B", "A"]]);
});

test("one that is gone is replaced by one made anew under its name, but by none that was there before", () => {
  expect([...namesSince(named(["1", "A"], ["2", "B"]), named(["3", "A"], ["2", "B"]))]).toEqual([]);
  expect([...namesSince(named(["1", "A"], ["2", "B"]), named(["2", "A"]))]).toEqual([["A", undefined], ["B", "A"]]);
  expect([...namesSince(named(["1", "A"]), [])]).toEqual([["A", undefined]]);
});
