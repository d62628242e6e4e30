// The clipboard: what we copy comes back as it was, n8n's nodes are told apart, and text is none.
import { expect, test } from "vitest";
import type { Doc } from "./document";
import { asText, fromText } from "./clipboard";

const doc: Doc = {
  name: "W",
  nodes: [{ name: "A", type: "data.set" }, { name: "B", type: "data.set" }],
  connections: [{ from: "A", to: "B" }],
  stickyNotes: [{ id: "n", content: "Hi" }, { id: "m", content: "Ho" }],
};

test("what is chosen is copied, with its wires and notes", () => {
  expect(fromText(asText(doc, new Set(["A", "B", "note:n"])))).toEqual({ part: { nodes: doc.nodes, connections: doc.connections, stickyNotes: [doc.stickyNotes?.[0]] } });
});

test("n8n's nodes are not taken for ours", () => {
  const foreign = { nodes: [], connections: {}, pinData: {}, meta: { instanceId: "x" } };
  expect(fromText(JSON.stringify(foreign))).toEqual({ foreign });
});

test.each(["", "hello", "1", "null", "[]", "{}", '{"nodes": 1}'])("%s is none", (text) => expect(fromText(text)).toBeUndefined());
