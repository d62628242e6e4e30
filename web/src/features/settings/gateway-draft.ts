// A route of the gateway as its form holds it, in texts and rows, and as the server takes it.
import type { Schemas } from "~/api/types";

export type Route = Schemas["GatewayRoute"];
type Fields = Schemas["GatewayRouteFields"];
type Rules = Schemas["RouteRules"];

export const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;

export interface Rule {
  /** Tells rows apart while they come and go. */
  key: number;
  part: "header" | "field";
  action: "rename" | "add" | "remove";
  name: string;
  value: string;
}

export interface Draft {
  name: string;
  path: string;
  methods: string[];
  enabled: boolean;
  caller: string;
  together: string;
  isService: boolean;
  url: string;
  access: "key" | "everybody";
  credentialId: string;
  timeoutSeconds: string;
  retries: string;
  bodyKib: string;
  answerKib: string;
  request: Rule[];
  response: Rule[];
}

let last = 0;

export function newRule(): Rule {
  last += 1;
  return { key: last, part: "header", action: "add", name: "", value: "" };
}

export function draftOf(route?: Route): Draft {
  const up = route?.upstream;
  return {
    name: route?.name ?? "",
    path: route?.path ?? "/",
    methods: route?.methods ?? [],
    enabled: route?.enabled ?? true,
    caller: route?.limits.caller ?? "",
    together: route?.limits.together ?? "",
    isService: route ? Boolean(up) : true,
    url: up?.url ?? "",
    access: up?.access ?? "key",
    credentialId: up?.credentialId ?? "",
    timeoutSeconds: String((up?.timeoutMs ?? 30_000) / 1000),
    retries: String(up?.retries ?? 2),
    bodyKib: kib(up?.bodyBytesMax ?? 1 << 20),
    answerKib: kib(up?.answerBytesMax ?? 64 << 20),
    request: rowsOf(route?.request),
    response: rowsOf(route?.response),
  };
}

export function fieldsOf(draft: Draft): Fields {
  const { name, path, methods, enabled } = draft;
  const upstream = {
    url: draft.url,
    access: draft.access,
    credentialId: draft.credentialId || null,
    timeoutMs: Math.round(Number(draft.timeoutSeconds) * 1000),
    retries: Number(draft.retries),
    bodyBytesMax: Number(draft.bodyKib) * 1024,
    answerBytesMax: Number(draft.answerKib) * 1024,
  };
  return {
    name,
    path,
    methods,
    enabled,
    limits: { caller: draft.caller.trim() || null, together: draft.together.trim() || null },
    request: rulesOf(draft.request),
    response: rulesOf(draft.response),
    upstream: draft.isService ? upstream : null,
  };
}

function kib(bytes: number): string {
  return String(Math.ceil(bytes / 1024));
}

function rowsOf(rules?: Rules): Rule[] {
  const headers = (rules?.headers ?? []).map((it): Rule => ({ ...newRule(), action: it.action, name: it.name, value: it.action === "rename" ? it.to : it.action === "add" ? it.value : "" }));
  const fields = (rules?.fields ?? []).map((it): Rule => ({ ...newRule(), part: "field", action: it.action, name: it.path, value: it.action === "rename" ? it.to : it.action === "add" ? written(it.value) : "" }));
  return [...headers, ...fields];
}

function rulesOf(rows: Rule[]): Rules {
  const headers: NonNullable<Rules["headers"]> = [];
  const fields: NonNullable<Rules["fields"]> = [];
  for (const { part, action, name, value } of rows) {
    if (part === "header") headers.push(action === "rename" ? { action, name, to: value } : action === "add" ? { action, name, value } : { action, name });
    else fields.push(action === "rename" ? { action, path: name, to: value } : action === "add" ? { action, path: name, value: read(value) } : { action, path: name });
  }
  return { headers, fields };
}

/** JSON where it is some, else the text itself. */
function read(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** A text stands without quotes, unless it would be read as something else. */
function written(value: unknown): string {
  return typeof value === "string" && read(value) === value ? value : JSON.stringify(value);
}
