// A request as a command for a shell.

export interface Written {
  method: string;
  url: string;
  headers?: Record<string, string>;
  query?: unknown;
  body?: string;
}

/** What curl says by itself, or what belongs to one connection only. */
const ITS_OWN = new Set(["accept-encoding", "connection", "content-length", "host", "transfer-encoding", "user-agent"]);
/** What the log has in place of a secret. */
export const BLANKED = "…";

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

export function curl({ method, url, headers = {}, query, body }: Written): string {
  const search = queryOf(query);
  const parts = [`curl -X ${method} ${quoted(search ? `${url}?${search}` : url)}`];
  for (const [name, value] of Object.entries(headers)) {
    if (!ITS_OWN.has(name)) parts.push(`-H ${quoted(`${name}: ${value === BLANKED ? "<secret>" : value}`)}`);
  }
  if (body) parts.push(`--data-raw ${quoted(body)}`);
  return parts.join(" \\\n  ");
}

/** A parsed query as it is written: lists as several of one name, objects with brackets. */
export function queryOf(query: unknown): string {
  const pairs: [string, string][] = [];
  const add = (name: string, value: unknown) => {
    if (Array.isArray(value)) for (const it of value) add(name, it);
    else if (value !== null && typeof value === "object") for (const [key, it] of Object.entries(value)) add(name ? `${name}[${key}]` : key, it);
    else pairs.push([name, String(value)]);
  };
  if (query !== null && typeof query === "object") add("", query);
  return new URLSearchParams(pairs).toString();
}
