// What stands for a person where there is little room.

/** The first letters of the first and the last part of a name, or of an address. */
export function initials(name: string): string {
  const parts = name.split(/[\s@]+/).filter(Boolean);
  const letters = parts.length > 1 ? [parts[0], parts.at(-1)] : parts;
  return letters.map((it) => [...(it ?? "")][0] ?? "").join("").toUpperCase() || "?";
}
