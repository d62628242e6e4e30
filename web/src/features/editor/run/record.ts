// The run whose data the editor shows and runs on: the one just started here, else the workflow's last.
import { useQuery } from "@tanstack/react-query";
import { api, body } from "~/api/client";
import type { Item } from "~/api/types";
import { useExecution } from "~/features/runs/execution";

/** What is to run: all of it, what leads to a node, or a node and what follows it. */
export interface RunWish {
  until?: string;
  from?: string;
  /** What is recorded of the other nodes is taken over instead of running them again. */
  onRecord?: boolean;
}

/** The id of the last execution of a workflow, if there is any. */
export async function lastRunOf(workflowId: string): Promise<string | undefined> {
  const rows = await body(api.GET("/api/executions", { params: { query: { workflowId, pageSize: 1 } } }));
  return rows.items[0]?.id;
}

/** `runId` is the run that was started here. Nothing is asked for until it is wanted. */
export function useRecord(workflowId: string, runId: string | undefined, isWanted: boolean) {
  const run = useExecution(runId).data;
  const last = useQuery({ queryKey: ["last run", workflowId], queryFn: async () => (await lastRunOf(workflowId)) ?? null, enabled: isWanted && runId === undefined, staleTime: 30_000 });
  const before = useExecution(runId === undefined && isWanted ? (last.data ?? undefined) : undefined).data;
  return { run, record: run ?? before };
}

/** One page of items; more than these are not pinned. */
export const PINNED_MAX = 500;

/** All that a step gave at its first output, up to the limit. */
export async function givenBy(executionId: string, node: string, run: number): Promise<Item[]> {
  const path = { id: executionId, node, run };
  return (await body(api.GET("/api/executions/{id}/steps/{node}/{run}/items", { params: { path, query: { output: 0, pageSize: PINNED_MAX } } }))).items;
}
