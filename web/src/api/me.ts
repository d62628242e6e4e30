// Who I am here, and what I may do.
import { useQuery } from "@tanstack/react-query";
import { api, body } from "./client";

export const meQuery = { queryKey: ["me"], queryFn: () => body(api.GET("/api/auth/me")), staleTime: 60_000 };

export function useMe() {
  return useQuery(meQuery).data;
}

/** Whether a permission is mine. What is not allowed is not offered. */
export function useMay() {
  const me = useMe();
  return (permission: string) => me?.permissions.includes(permission) ?? false;
}
