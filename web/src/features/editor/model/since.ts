// What the nodes of a recorded run are called by now: the same node is known by its id, as the server knows it.
import type { Node } from "~/api/types";

type Named = Pick<Node, "id" | "name">;

/** From each name that has another meaning by now to the name now; nothing where the node is gone. */
export function namesSince(then: readonly Named[], now: readonly Named[]): Map<string, string | undefined> {
  const ids = new Map(now.map((it) => [it.id, it.name]));
  const known = new Set(then.map((it) => it.id));
  // A node that was made anew under the name of one that is gone stands in its place.
  const fresh = new Set(now.filter((it) => !it.id || !known.has(it.id)).map((it) => it.name));
  const res = new Map<string, string | undefined>();
  for (const { id, name } of then) {
    const next = (id ? ids.get(id) : undefined) ?? (fresh.has(name) ? name : undefined);
    if (next !== name) res.set(name, next);
  }
  return res;
}
