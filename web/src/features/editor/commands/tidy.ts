// Lays nodes out along their wires: all of them, or those that are chosen, around where they were.
import { layout } from "~/features/graph/layout";
import { nodesOf, wiresOf, type Change } from "../model/document";
import { move } from "./move";

export const tidy = (keys?: ReadonlySet<string>): Change => (doc) => {
  const nodes = nodesOf(doc).filter((it) => !keys || keys.has(it.name));
  if (nodes.length < 2) return doc;
  const names = new Set(nodes.map((it) => it.name));
  const found = layout(nodes, wiresOf(doc).filter((it) => names.has(it.from) && names.has(it.to)));
  const corner = (at: (name: string) => number) => Math.min(...nodes.map((it) => at(it.name)));
  const was = new Map(nodes.map((it) => [it.name, it.position ?? [0, 0]]));
  const shift = [0, 1].map((axis) => corner((it) => was.get(it)?.[axis] ?? 0) - corner((it) => found.get(it)?.[axis] ?? 0));
  return move(new Map([...found].map(([name, [x, y]]) => [name, [x + (shift[0] ?? 0), y + (shift[1] ?? 0)]])))(doc);
};
