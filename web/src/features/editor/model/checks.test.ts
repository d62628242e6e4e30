// A fault leads to its node, whatever that one is called.
import { expect, test } from "vitest";
import { nodeOfFault } from "./checks";

test.each([
  ["nodes.Send.url", "Send"],
  ["nodes.Send", "Send"],
  ["nodes.Send.all.url", "Send.all"],
  ["nodes.Sender.url", undefined],
  ["connections[0]", undefined],
  ["", undefined],
])("%s is about %s", (path, name) => {
  const nodes = ["Send", "Send.all"].map((it) => ({ name: it, type: "data.set" }));
  expect(nodeOfFault({ name: "W", nodes }, path)).toBe(name);
});
