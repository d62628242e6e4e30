// Lists that several pages offer to choose from, each asked for once.
import { queryOptions } from "@tanstack/react-query";
import { api, body } from "./client";

export const rolesQuery = queryOptions({ queryKey: ["roles"], queryFn: () => body(api.GET("/api/roles", { params: { query: { pageSize: 100 } } })) });

/** Workflows that are offered by name. */
const OFFERED_MAX = 200;
export const offeredQuery = queryOptions({
  queryKey: ["workflows", "offered"],
  queryFn: () => body(api.GET("/api/workflows", { params: { query: { sort: "name", pageSize: OFFERED_MAX } } })),
});
