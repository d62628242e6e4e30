// Changes fields of a node: its parameters, whether it is off, what happens on an error.
import type { Node } from "~/api/types";
import { nodesOf, type Change } from "../model/document";

export const change = (name: string, fields: Partial<Omit<Node, "name">>): Change => (doc) => ({
  ...doc,
  nodes: nodesOf(doc).map((it) => (it.name === name ? { ...it, ...fields } : it)),
});
