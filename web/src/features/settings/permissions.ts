// Permissions by what they are about: `workflows.read` and `workflows.write` stand together.
export function grouped<T extends { name: string }>(all: T[]): [string, T[]][] {
  const res = new Map<string, T[]>();
  for (const it of all) {
    const subject = it.name.split(".")[0] ?? it.name;
    res.set(subject, [...(res.get(subject) ?? []), it]);
  }
  return [...res];
}
