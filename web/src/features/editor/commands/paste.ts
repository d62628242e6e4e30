// Takes nodes with their wires from one document to another, or beside themselves.
import type { Workflow } from "~/api/types";
import { freeName, nodesOf, wiresOf, type Change, type Doc } from "../model/document";

const ASIDE = 40;

export const copied = (doc: Doc, names: ReadonlySet<string>): Pick<Workflow, "nodes" | "connections"> => ({
  nodes: nodesOf(doc).filter((it) => names.has(it.name)),
  connections: wiresOf(doc).filter((it) => names.has(it.from) && names.has(it.to)),
});

/** `newId` gives the id of each copy. */
export const paste = (part: Pick<Workflow, "nodes" | "connections">, newId: () => string): Change => (doc) => {
  let res = doc;
  const names = new Map<string, string>();
  for (const it of part.nodes ?? []) {
    const name = freeName(res, it.name);
    names.set(it.name, name);
    const [x = 0, y = 0] = it.position ?? [];
    res = { ...res, nodes: [...nodesOf(res), { ...it, id: newId(), name, position: [x + ASIDE, y + ASIDE] }] };
  }
  const wires = (part.connections ?? []).flatMap((it) => {
    const [from, to] = [names.get(it.from), names.get(it.to)];
    return from && to ? [{ ...it, from, to }] : [];
  });
  return { ...res, connections: [...wiresOf(res), ...wires] };
};
