// Connections and their names on the canvas.
import type { Connection } from "~/api/types";

export const kindOf = (it: Connection) => it.kind ?? "main";
export const wireId = (it: Connection) => JSON.stringify([it.from, kindOf(it), it.output ?? 0, it.to, it.input ?? 0]);
export const handleId = (kind: string, index: number) => `${kind}:${index}`;

export function parseHandle(id: string | null | undefined): { kind: string; index: number } {
  const [kind, index] = (id ?? "main:0").split(":");
  return { kind: kind ?? "main", index: Number(index ?? 0) };
}

/** As short as it can be written: what is usual is left out. */
export function connection(from: string, source: string | null | undefined, to: string, target: string | null | undefined): Connection {
  const [out, into] = [parseHandle(source), parseHandle(target)];
  return {
    from,
    to,
    ...(out.index ? { output: out.index } : {}),
    ...(into.index ? { input: into.index } : {}),
    ...(out.kind === "main" ? {} : { kind: out.kind }),
  };
}
