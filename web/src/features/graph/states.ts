// What a run says about each node: from what is kept, and from what is told while it goes on.
import type { ExecutionDetail, ExecutionEvent } from "~/api/types";
import type { State } from "~/ui/state";

export interface NodeRun {
  state: State;
  durationMs?: number;
  /** Items by output. */
  nItems: number[];
  error?: string;
}
export type RunStates = ReadonlyMap<string, NodeRun>;

export function statesOf(run: ExecutionDetail): RunStates {
  const res = new Map<string, NodeRun>();
  for (const it of run.steps.items) {
    res.set(it.node, {
      state: it.error ? "error" : "success",
      durationMs: it.durationMs,
      nItems: it.outputs.map((output) => output.total),
      error: it.error?.message,
    });
  }
  for (const it of run.inFlight) res.set(it.node, { state: "running", nItems: [] });
  for (const it of run.waits) res.set(it.node, { state: it.kind === "inDoubt" ? "inDoubt" : "waiting", nItems: [] });
  if (run.errorNode && !res.has(run.errorNode)) {
    res.set(run.errorNode, { state: "error", nItems: [], error: run.errorMessage ?? undefined });
  }
  return res;
}

/** The states after one more event. */
export function follow(states: RunStates, event: ExecutionEvent): RunStates {
  if (!event.node) return states;
  const res = new Map(states);
  if (event.kind === "stepStarted") res.set(event.node, { state: "running", nItems: [] });
  if (event.kind === "waiting") {
    res.set(event.node, { state: event.waitingFor === "inDoubt" ? "inDoubt" : "waiting", nItems: [] });
  }
  if (event.kind === "stepFinished") {
    res.set(event.node, {
      state: event.error ? "error" : "success",
      durationMs: event.durationMs ?? undefined,
      nItems: event.nItems ?? [],
      error: event.error?.message,
    });
  }
  return res;
}
