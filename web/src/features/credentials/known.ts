// The credentials of the workspace and their types, asked for once.
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, body } from "~/api/client";
import { wordsQuery } from "~/api/words";

export const useCredentials = (isWanted = true) =>
  useQuery({ queryKey: ["credentials"], queryFn: () => body(api.GET("/api/credentials", { params: { query: { pageSize: 500 } } })), enabled: isWanted });

export function useCredentialTypes(isWanted = true) {
  const { language } = useTranslation().i18n;
  const all = wordsQuery(["credential-types"], language, () => body(api.GET("/api/credential-types", { params: { query: { pageSize: 500 } } })));
  return useQuery({ ...all, enabled: isWanted });
}
