// How the draft stands: what is to be mended in it, and how far it is from what is published. Asked anew after each save.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, body } from "~/api/client";
import type { StoredWorkflow } from "~/api/types";
import { nodeOfFault } from "./model/checks";
import { differenceOf } from "./model/difference";
import type { Doc } from "./model/document";
import { useAdviceWords, useFaultWords } from "./publish/words";
import type { useSaving } from "./saving";

export interface Standing {
  /** What stops publishing. */
  nFaults: number;
  /** What is missing or wrong, by node. */
  troubles: ReadonlyMap<string, string>;
  /** How much is changed since the last version; nothing before it is known, or when nothing is published. */
  nChanges?: number;
}

/** Kinds of advice that a node shows on the canvas; the others are read when one publishes. */
const SHOWN = new Set(["credentialNotChosen", "credentialMissing"]);
const NOBODY: ReadonlyMap<string, string> = new Map();

export function useStanding(stored: StoredWorkflow, doc: Doc, saving: ReturnType<typeof useSaving>): Standing {
  const revision = saving.revision();
  const isSaved = saving.state === "saved";
  const checked = useQuery({
    queryKey: ["standing", stored.id, revision],
    queryFn: () => body(api.POST("/api/workflows/validate", { body: doc })),
    enabled: isSaved && Boolean(doc.nodes?.length),
    placeholderData: keepPreviousData,
    gcTime: 0,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  });
  const words = useAdviceWords(checked.data?.advice);
  const said = useFaultWords();
  const changes = useQuery({
    queryKey: ["standing changes", stored.id, revision, stored.publishedVersion],
    queryFn: async () => {
      const { nodes, wires, rest, nMoved } = differenceOf(doc, (await body(api.GET("/api/workflows/{id}/diff", { params: { path: { id: stored.id } } }))).changes);
      return nodes.length + wires.size + rest.length + nMoved;
    },
    enabled: isSaved && stored.active,
    placeholderData: keepPreviousData,
    gcTime: 0,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  });
  const troubles = useMemo(() => {
    if (!checked.data) return NOBODY;
    const found = new Map<string, string>();
    for (const it of checked.data.advice) if (it.node && SHOWN.has(it.kind)) found.set(it.node, words(it));
    for (const it of checked.data.faults) {
      const node = nodeOfFault(doc, it.path);
      if (node) found.set(node, said(it));
    }
    return found.size ? found : NOBODY;
    // A node's name changes with the next check.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [checked.data, words, said]);
  return { nFaults: checked.data?.faults.length ?? 0, troubles, nChanges: stored.active ? changes.data : undefined };
}
