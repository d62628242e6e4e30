// The credentials of the workspace and their types, asked for once.
import { useQuery } from "@tanstack/react-query";
import { api, body } from "~/api/client";

export const useCredentials = (isWanted = true) =>
  useQuery({ queryKey: ["credentials"], queryFn: () => body(api.GET("/api/credentials", { params: { query: { pageSize: 500 } } })), enabled: isWanted });

export const useCredentialTypes = (isWanted = true) =>
  useQuery({ queryKey: ["credential-types"], queryFn: () => body(api.GET("/api/credential-types", { params: { query: { pageSize: 500 } } })), staleTime: Infinity, enabled: isWanted });
