// Failures with the same cause: the message with its changing parts taken out, at the same node of the same workflow.
import type { Execution } from "~/api/types";

export interface Cause {
  key: string;
  workflowId: string;
  workflowName: string;
  node: string;
  /** What all of them say; `…` where they differ. */
  message: string;
  /** Newest first. */
  runs: Execution[];
}

const CHANGING = [
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi,
  /[\w.+-]+@[\w-]+\.[\w.]+/g,
  /https?:\/\/[^\s"'`)]+/g,
  /"[^"]*"|'[^']*'/g,
  /\b(?=[0-9a-f]*\d)[0-9a-f]{8,}\b/gi,
  /\d+(?:[.,:]\d+)*/g,
];

export const plain = (message: string) => CHANGING.reduce((text, it) => text.replace(it, "…"), message);

/** The largest group first. */
export function causesOf(failed: Execution[]): Cause[] {
  const res = new Map<string, Cause>();
  for (const it of failed) {
    const node = it.errorNode ?? "";
    const message = plain(it.errorMessage ?? "");
    const key = JSON.stringify([it.workflowId, node, message]);
    const known = res.get(key);
    if (known) known.runs.push(it);
    else res.set(key, { key, workflowId: it.workflowId, workflowName: it.workflowName ?? it.workflowId, node, message, runs: [it] });
  }
  for (const cause of res.values()) {
    // What all say alike is shown as it is.
    const [first] = cause.runs;
    if (first && cause.runs.every((it) => it.errorMessage === first.errorMessage)) cause.message = first.errorMessage ?? "";
  }
  return [...res.values()].sort((a, b) => b.runs.length - a.runs.length);
}
