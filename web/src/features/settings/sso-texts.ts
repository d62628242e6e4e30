// Texts of the form of single sign-on, taken apart.

/** Each certificate of a text by itself; a text without PEM's lines is one. */
export function certificatesOf(text: string): string[] {
  const found = text.match(/-----BEGIN[^-]*-----[^-]*-----END[^-]*-----/g);
  return found ?? (text.trim() ? [text.trim()] : []);
}

/** What stands between commas, spaces and lines. */
export function listed(text: string): string[] {
  return text.split(/[\s,;]+/).filter((it) => it !== "");
}
