// How a thing is shared, and what I may do with it.
import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, body } from "~/api/client";
import { useMay } from "~/api/me";

export type Thing = "workflow" | "credential";

export const sharingQuery = (thing: Thing, id: string) =>
  queryOptions({
    queryKey: ["sharing", thing, id],
    queryFn: () => (thing === "workflow" ? body(api.GET("/api/workflows/{id}/sharing", { params: { path: { id } } })) : body(api.GET("/api/credentials/{id}/sharing", { params: { path: { id } } }))),
  });

/** What is about the one workflow, and not about the workspace. */
const ABOUT = ["workflows.", "executions.", "webhooks."];

/** Whether a permission is mine with one workflow: what is shared counts, and the role for all else. */
export function useMayWith(workflow: string) {
  const may = useMay();
  const sharing = useQuery(sharingQuery("workflow", workflow)).data;
  const edits = sharing?.permissions.includes("workflows.write") ?? false;
  return (permission: string) => {
    // Who edits a workflow tries its nodes.
    if (permission === "nodes.try" && edits) return true;
    const isAbout = ABOUT.some((it) => permission.startsWith(it));
    return sharing && isAbout ? sharing.permissions.includes(permission) : may(permission);
  };
}
