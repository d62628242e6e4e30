// Puts nodes to other places.
import { nodesOf, type Change } from "../model/document";

export const move = (places: ReadonlyMap<string, [number, number]>): Change => (doc) =>
  places.size ? { ...doc, nodes: nodesOf(doc).map((it) => ({ ...it, position: places.get(it.name) ?? it.position })) } : doc;
