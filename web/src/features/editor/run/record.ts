// The run whose data the editor shows and runs on: the one just started here, else the workflow's last.
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, body } from "~/api/client";
import type { ExecutionDetail, Item } from "~/api/types";
import { useExecution } from "~/features/runs/execution";
import { nodesOf, type Doc } from "../model/document";
import { namesSince } from "../model/since";

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

/** A run as the draft names its nodes by now. */
export type Recorded = ExecutionDetail & {
  /** What the run itself calls those that have another name in it. */
  namesThen?: ReadonlyMap<string, string>;
};

/** What the server knows a node of the run by. */
export const nameIn = (record: Recorded, node: string) => record.namesThen?.get(node) ?? node;

/** `runId` is the run that was started here. Nothing is asked for until it is wanted. */
export function useRecord(workflowId: string, doc: Doc, runId: string | undefined, isWanted: boolean): { run?: Recorded; record?: Recorded } {
  const run = useExecution(runId).data;
  const last = useQuery({ queryKey: ["last run", workflowId], queryFn: async () => (await lastRunOf(workflowId)) ?? null, enabled: isWanted && runId === undefined, staleTime: 30_000 });
  const before = useExecution(runId === undefined && isWanted ? (last.data ?? undefined) : undefined).data;
  const record = useNamedNow(run ?? before, doc);
  return { run: run && record, record };
}

/** The version that ran is read only where the draft lacks a name of the run. */
function useNamedNow(record: ExecutionDetail | undefined, doc: Doc): Recorded | undefined {
  const names = new Set(nodesOf(doc).map((it) => it.name));
  const isStrange = record?.steps.items.some((it) => !names.has(it.node)) ?? false;
  const then = useQuery({
    queryKey: ["version", record?.versionId],
    queryFn: () => body(api.GET("/api/workflows/{id}/versions/{version}", { params: { path: { id: record?.workflowId ?? "", version: record?.versionId ?? "" } } })),
    enabled: isStrange,
    staleTime: Infinity,
  }).data?.document;
  const since = isStrange && then ? namesSince(nodesOf(then), nodesOf(doc)) : undefined;
  // The same names are the same run, or the graph would be drawn anew with each key that is typed.
  const key = since && JSON.stringify([...since]);
  return useMemo(() => {
    if (!record || !key) return record;
    const since = new Map((JSON.parse(key) as [string, string | null][]).map(([from, to]) => [from, to ?? undefined]));
    return renamed(record, since);
  }, [record, key]);
}

function renamed(record: ExecutionDetail, since: ReadonlyMap<string, string | undefined>): Recorded {
  const now = (name: string) => (since.has(name) ? since.get(name) : name);
  const all = <T extends { node: string }>(list: readonly T[]): T[] =>
    list.flatMap((it) => {
      const node = now(it.node);
      return node === undefined ? [] : [{ ...it, node }];
    });
  const namesThen = new Map([...since].flatMap(([from, to]): [string, string][] => (to === undefined ? [] : [[to, from]])));
  return { ...record, steps: { ...record.steps, items: all(record.steps.items) }, inFlight: all(record.inFlight), waits: all(record.waits), errorNode: record.errorNode && (now(record.errorNode) ?? null), namesThen };
}

/** One page of items; more than these are not pinned. */
export const PINNED_MAX = 500;

/** All that a step gave at its first output, up to the limit. */
export async function givenBy(executionId: string, node: string, run: number): Promise<Item[]> {
  const path = { id: executionId, node, run };
  return (await body(api.GET("/api/executions/{id}/steps/{node}/{run}/items", { params: { path, query: { output: 0, pageSize: PINNED_MAX } } }))).items;
}
