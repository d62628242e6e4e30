// Puts a frame around nodes. A node is in one group at most: it leaves the one that it was in.
import { nodesOf, type Change } from "../model/document";
import { groupsOf, withoutEmpty } from "../model/groups";

export const group = (keys: ReadonlySet<string>, name: string, id: string): Change => (doc) => {
  const nodes = nodesOf(doc).flatMap((it) => (keys.has(it.name) && it.id ? [it.id] : []));
  if (!nodes.length) return doc;
  const others = groupsOf(doc).map((it) => ({ ...it, nodes: it.nodes?.filter((one) => !nodes.includes(one)) }));
  return { ...doc, groups: [...withoutEmpty(others), { id, name, nodes }] };
};
