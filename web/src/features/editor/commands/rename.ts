// Renames a node, and with it every wire, pinned item and expression that names it.
import { nodeOf, nodesOf, wiresOf, type Change } from "../model/document";

export const rename = (from: string, to: string): Change => (doc) => {
  if (!to.trim() || from === to || !nodeOf(doc, from) || nodeOf(doc, to)) return doc;
  const name = (it: string) => (it === from ? to : it);
  return {
    ...doc,
    nodes: nodesOf(doc).map((it) => ({ ...it, name: name(it.name), parameters: inValue(it.parameters, from, to) as typeof it.parameters })),
    connections: wiresOf(doc).map((it) => ({ ...it, from: name(it.from), to: name(it.to) })),
    pinnedData: Object.fromEntries(Object.entries(doc.pinnedData ?? {}).map(([key, items]) => [name(key), items])),
  };
};

function inValue(value: unknown, from: string, to: string): unknown {
  if (typeof value === "string") return inText(value, from, to);
  if (Array.isArray(value)) return value.map((it) => inValue(it, from, to));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, it]) => [key, inValue(it, from, to)]));
}

/** `$('Name')`, `$items("Name")` and `$node["Name"]`, in expressions and in scripts. */
export function inText(text: string, from: string, to: string): string {
  const escaped = from.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/(['"`])/g, "\\\\?$1");
  return text.replace(new RegExp(`(\\$(?:items)?\\(\\s*|\\$node\\[\\s*)(['"\`])${escaped}\\2`, "g"), (_, call: string, quote: string) => `${call}${quote}${to.replaceAll(quote, `\\${quote}`)}${quote}`);
}
