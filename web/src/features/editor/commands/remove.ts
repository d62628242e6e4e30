// Removes nodes with their wires and pinned items. What a single node stood between is joined again.
import type { Connection } from "~/api/types";
import { nodesOf, wiresOf, type Change } from "../model/document";

export const remove = (names: ReadonlySet<string>): Change => (doc) => {
  if (![...names].some((it) => nodesOf(doc).some((node) => node.name === it))) return doc;
  const kept = wiresOf(doc).filter((it) => !names.has(it.from) && !names.has(it.to));
  const into = wiresOf(doc).filter((it) => names.has(it.to) && !names.has(it.from));
  const out = wiresOf(doc).filter((it) => names.has(it.from) && !names.has(it.to));
  const [before, after] = [into[0], out[0]];
  const joins = names.size === 1 && into.length === 1 && out.length === 1 && before && after;
  const joined: Connection[] = joins ? [{ ...before, to: after.to, ...(after.input ? { input: after.input } : {}) }] : [];
  const pinnedData = Object.fromEntries(Object.entries(doc.pinnedData ?? {}).filter(([name]) => !names.has(name)));
  return { ...doc, pinnedData, nodes: nodesOf(doc).filter((it) => !names.has(it.name)), connections: [...kept, ...joined] };
};
