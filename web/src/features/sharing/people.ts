// With whom something can be shared: members, roles, and service accounts for who sees them.
import { useQuery } from "@tanstack/react-query";
import { api, body } from "~/api/client";
import { rolesQuery } from "~/api/lists";
import { useMay, useMe } from "~/api/me";
import { useRoleWord } from "~/api/role-words";
import type { Schemas } from "~/api/types";

export interface Holder {
  with: Schemas["SharedWith"];
  /** Of a role its name. */
  id: string;
  name: string;
}

export const keyOf = (it: Holder) => `${it.with} ${it.id}`;

/** Roles that see everything anyway. */
const SEE_ALL = ["owner", "admin"];

export function usePeople(isWanted: boolean) {
  const may = useMay();
  const roleWord = useRoleWord();
  const id = useMe()?.workspace?.id ?? "";
  const members = useQuery({ queryKey: ["members", id], queryFn: () => body(api.GET("/api/workspaces/{id}/members", { params: { path: { id } } })), enabled: isWanted && id !== "" && may("members.read") });
  const roles = useQuery({ ...rolesQuery, enabled: isWanted && may("roles.read") });
  const accounts = useQuery({ queryKey: ["service-accounts"], queryFn: () => body(api.GET("/api/service-accounts", { params: { query: { pageSize: 500 } } })), enabled: isWanted && may("keys.read") });
  const people: Holder[] = (members.data?.items ?? []).map((it) => ({ with: "member", id: it.id, name: it.name || it.email }));
  const others: Holder[] = (accounts.data?.items ?? []).map((it) => ({ with: "serviceAccount", id: it.id, name: it.name }));
  const named: Holder[] = (roles.data?.items ?? []).filter((it) => !SEE_ALL.includes(it.name)).map((it) => ({ with: "role", id: it.name, name: roleWord(it.name) }));
  return { all: [...people, ...named, ...others], members: people };
}
