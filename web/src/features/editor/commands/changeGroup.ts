// Changes the name or the colour of a group.
import { groupKey, type Group } from "~/features/graph/groups";
import type { Change } from "../model/document";
import { groupsOf } from "../model/groups";

export const changeGroup = (key: string, fields: Partial<Omit<Group, "id" | "nodes">> & { color?: string | null }): Change => (doc) => ({
  ...doc,
  groups: groupsOf(doc).map((it, n) => (groupKey(it, n) === key ? { ...it, ...fields } : it)),
});
