// Files that are made here, or were fetched, onto the reader's disk.

export function download(content: Blob, name: string) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  // Only after the browser has begun to read it.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export const jsonOf = (value: unknown) => new Blob([JSON.stringify(value, null, 2)], { type: "application/json" });
