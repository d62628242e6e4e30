// Wires two nodes; a wire that is there already stays one.
import type { Connection } from "~/api/types";
import { wiresOf, type Change } from "../model/document";

export const same = (a: Connection, b: Connection) =>
  a.from === b.from && a.to === b.to && (a.output ?? 0) === (b.output ?? 0) && (a.input ?? 0) === (b.input ?? 0) && (a.kind ?? "main") === (b.kind ?? "main");

export const connect = (wire: Connection): Change => (doc) =>
  wiresOf(doc).some((it) => same(it, wire)) ? doc : { ...doc, connections: [...wiresOf(doc), wire] };
