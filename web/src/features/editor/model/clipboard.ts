// What is copied, as text: nodes, their wires and notes. Others' nodes are known by their `nodes`.
import type { Doc } from "./document";
import { copied, type Part } from "../commands/paste";

export const asText = (doc: Doc, keys: ReadonlySet<string>): string => JSON.stringify({ format: 1, name: doc.name, ...copied(doc, keys) }, null, 2);

/** A part of a workflow as we write it; or a file of somebody else's, such as n8n's. */
export type Pasted = { part: Part } | { foreign: unknown };

export function fromText(text: string): Pasted | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (value === null || typeof value !== "object") return undefined;
  const { nodes, connections, stickyNotes, format } = value as Record<string, unknown>;
  if (!Array.isArray(nodes)) return undefined;
  // n8n's connections are no list, and its files say no format.
  if (format === undefined || !Array.isArray(connections)) return { foreign: value };
  return { part: { nodes, connections, stickyNotes: Array.isArray(stickyNotes) ? stickyNotes : [] } as Part };
}
