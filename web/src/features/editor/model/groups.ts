// The groups of a document, and whom they hold.
import { groupKey, type Group } from "~/features/graph/groups";
import { nodesOf, type Doc } from "./document";

export const groupsOf = (doc: Pick<Doc, "groups">): Group[] => doc.groups ?? [];
export const groupOf = (doc: Doc, key: string) => groupsOf(doc).find((it, n) => groupKey(it, n) === key);
export const withoutEmpty = (groups: readonly Group[]) => groups.filter((it) => it.nodes?.length);

/** What is chosen, with the nodes of the groups among it. */
export function withMembers(doc: Doc, keys: ReadonlySet<string>): ReadonlySet<string> {
  const chosen = groupsOf(doc).filter((it, n) => keys.has(groupKey(it, n)));
  if (!chosen.length) return keys;
  const ids = new Set(chosen.flatMap((it) => it.nodes ?? []));
  return new Set([...keys, ...nodesOf(doc).filter((it) => it.id && ids.has(it.id)).map((it) => it.name)]);
}
