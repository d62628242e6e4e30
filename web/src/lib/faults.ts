// What nodes, expressions and triggers say went wrong, in the reader's language. The server's English sentence with
// its changing parts as `{name}` is the key; a sentence that no table knows is shown as it is.
import i18next from "i18next";

export type FaultTable = Readonly<Record<string, string>>;
interface Known {
  pattern: RegExp;
  names: readonly string[];
  says: string;
}

/** Where the languages keep these tables. */
export const FAULTS = "faults";

const read = new WeakMap<FaultTable, readonly Known[]>();

/** What says most by itself comes first: the rest of it may be anything. */
function knownOf(table: FaultTable): readonly Known[] {
  const before = read.get(table);
  if (before) return before;
  const fixed = (key: string) => key.replaceAll(/\{\w+\}/g, "").length;
  const known = Object.entries(table)
    .sort(([a], [b]) => fixed(b) - fixed(a))
    .map(([key, says]): Known => {
      const names = [...key.matchAll(/\{(\w+)\}/g)].map((it) => it[1] ?? "");
      const pieces = key.split(/\{\w+\}/).map((it) => it.replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&"));
      return { pattern: new RegExp(`^${pieces.join("([^]*?)")}$`), names, says };
    });
  read.set(table, known);
  return known;
}

export function faultFrom(table: FaultTable, message: string): string {
  for (const { pattern, names, says } of knownOf(table)) {
    const found = pattern.exec(message);
    if (!found) continue;
    // A part may be a sentence of its own, such as why a connection failed.
    const parts = new Map(names.map((name, n) => [name, found[n + 1] ? faultFrom(table, found[n + 1] ?? "") : ""]));
    return says.replaceAll(/\{(\w+)\}/g, (_, name: string) => parts.get(name) ?? "");
  }
  return message;
}

/** For components that use the language anyway. */
export function faultWords(message: string): string {
  const table = i18next.getResourceBundle(i18next.language, FAULTS) as FaultTable | undefined;
  return table ? faultFrom(table, message) : message;
}
