// What a step of an execution got, and how it is written by hand.
import type { ExecutionDetail, Item, Step } from "~/api/types";

export interface Given {
  items: Item[];
  /** How many there are; fewer may have been read. */
  total: number;
}

/** What a step got at its inputs, in their order. */
export function gotOf(run: ExecutionDetail, step: Step | undefined): Given {
  const outputs = (step?.sources ?? []).flatMap((source) => {
    if (!source) return [];
    const from = run.steps.items.find((it) => it.node === source.node && it.run === source.run);
    const output = from?.outputs[source.output];
    return output ? [output] : [];
  });
  return { items: outputs.flatMap((it) => it.items), total: outputs.reduce((sum, it) => sum + it.total, 0) };
}

/** What a replay that begins at this node is given; an empty name is the start. */
export function inputOf(run: ExecutionDetail, node: string): Given {
  const [first] = run.steps.items;
  if (!node || node === first?.node) return { items: first?.outputs[0]?.items ?? [], total: first?.outputs[0]?.total ?? 0 };
  const step = run.steps.items.find((it) => it.node === node && it.run === 0);
  const got = gotOf(run, step);
  // Only one input can be edited: that of the step before.
  return (step?.sources.filter(Boolean).length ?? 0) > 1 ? { items: [], total: 0 } : got;
}

/** Items from a list of JSON objects; nothing when it is none. */
export function itemsOf(text: string): Item[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const list = Array.isArray(value) ? (value as unknown[]) : [value];
    const isFine = list.every((it) => it !== null && typeof it === "object" && !Array.isArray(it));
    return isFine ? list.map((json) => ({ json }) as Item) : undefined;
  } catch {
    return undefined;
  }
}
