// What the expressions and scripts of a form can name: gathered once for the node that is open.
import { useQuery } from "@tanstack/react-query";
import { createContext, useMemo } from "react";
import { api, body } from "~/api/client";
import { useMay } from "~/api/me";
import type { ExecutionDetail } from "~/api/types";
import { firstItem, gaveAt, nodesBefore } from "../model/before";
import type { Doc } from "../model/document";
import type { Known } from "../words/complete";

export const KnownNames = createContext<Known>({ nodes: [], vars: [] });

export function useKnown(doc: Doc, name: string, record: ExecutionDetail | undefined): Known {
  const mayRead = useMay()("variables.read");
  const vars = useQuery({ queryKey: ["variables"], queryFn: () => body(api.GET("/api/variables", { params: { query: { pageSize: 500 } } })), enabled: mayRead, staleTime: 60_000 }).data;
  return useMemo(
    () => ({
      json: firstItem(doc, record, name)?.json,
      nodes: nodesBefore(doc, name).map((it) => ({ name: it, json: gaveAt(doc, record, it)?.[0]?.json })),
      vars: vars?.items.map((it) => it.name) ?? [],
    }),
    [doc, name, record, vars],
  );
}
