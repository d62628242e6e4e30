// The secret word in the link of a mail.

/** What stands behind the `#`, where it reaches no log of any server: the word alone, or as `token=`. */
export function wordOf(hash: string): string {
  const text = hash.replace(/^#/, "");
  return (new URLSearchParams(text).get("token") ?? text).trim();
}
