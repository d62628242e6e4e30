// What can come next in an expression or a script: fields of the item that was recorded, nodes, variables,
// functions, and the methods that fit the value before the dot.
import { EXTENSIONS, GLOBALS, MEMBERS, METHODS, nameOf, ROOTS, SCRIPT_ROOTS, type Kind } from "./names";

/** What is known where the text stands. */
export interface Known {
  /** `$json` of the first item that comes in. */
  json?: unknown;
  /** Nodes that ran before, with the JSON of the first item that they gave. */
  nodes: { name: string; json?: unknown }[];
  vars: string[];
}

export interface Option {
  label: string;
  kind: "field" | "method" | "name" | "node";
  /** The arguments of a method, or the value of a field. */
  detail?: string;
  /** What is written; the label if absent. */
  apply?: string;
  /** How many characters before it go: the dot, where a key in brackets takes its place. */
  eats?: number;
}

export interface Found {
  /** Where what is being written begins. */
  from: number;
  options: Option[];
}

/** One step after another: a name, a key, or a call. */
type Step = { name: string } | { call: string };
/** What a chain stands for: data, or one of the named things with members. */
type Meaning = { value: unknown } | { of: string; node?: Known["nodes"][number] };

/** `at` is where the cursor stands. A text with `{{ }}` is completed within the braces only. */
export function complete(text: string, at: number, known: Known, isScript: boolean): Found | undefined {
  const whole = text.slice(0, at);
  if (!isScript && !isInside(whole)) return undefined;
  const before = isScript ? whole : whole.slice(whole.lastIndexOf("{{") + 2);
  const quoted = /\$\(\s*(["'])([^"'\n]*)$/.exec(before);
  if (quoted) {
    const [, mark = "'", begun = ""] = quoted;
    return { from: at - begun.length, options: known.nodes.map((it) => ({ label: it.name, kind: "node", apply: escaped(it.name, mark) })) };
  }
  const word = /[\w$]*$/.exec(before)?.[0] ?? "";
  const from = at - word.length;
  const head = before.slice(0, before.length - word.length);
  const dot = /\??\.$/.exec(head);
  if (!dot) return /[)\]"'`]$/.test(head) || (!word && !/(^|[{(,=+\-*/!?:&|[\s])$/.test(head)) ? undefined : { from, options: roots(known, isScript) };
  const steps = chain(head.slice(0, dot.index));
  const meaning = steps && follow(steps, known);
  return meaning && { from, options: membersOf(meaning, known) };
}

/** Between `{{` and `}}`. */
const isInside = (before: string) => before.lastIndexOf("{{") > before.lastIndexOf("}}");

const escaped = (name: string, mark: string) => name.replaceAll("\\", "\\\\").replaceAll(mark, `\\${mark}`);
export const asNode = (name: string) => `$('${escaped(name, "'")}')`;

function roots(known: Known, isScript: boolean): Option[] {
  const nodes = known.nodes.map((it): Option => ({ label: asNode(it.name), kind: "node" }));
  return [...written(ROOTS, "name"), ...nodes, ...(isScript ? written(SCRIPT_ROOTS, "name") : []), ...written(GLOBALS, "name")];
}

function written(signatures: readonly string[], kind: Option["kind"]): Option[] {
  return signatures.map((it) => {
    const name = nameOf(it);
    if (name === it) return { label: it, kind: kind === "method" ? "field" : kind };
    const detail = it.slice(name.length);
    // Without arguments it is written whole; with some, the cursor goes between.
    return { label: name, kind: "method", detail, apply: detail === "()" ? it : `${name}(` };
  });
}

const LITERAL = /^(["'])((?:\\.|(?!\1).)*)\1$/;

/** The steps of the chain that a text ends with; nothing when it ends with something else. */
export function chain(text: string): Step[] | undefined {
  const steps: Step[] = [];
  let rest = text.trimEnd();
  for (;;) {
    const closed = /[)\]]$/.exec(rest);
    if (closed) {
      const open = opening(rest);
      if (open === undefined) return undefined;
      const inner = rest.slice(open + 1, -1).trim();
      rest = rest.slice(0, open).trimEnd();
      if (rest.endsWith("?.")) rest = rest.slice(0, -2);
      if (closed[0] === ")") steps.unshift({ call: inner });
      else {
        const key = LITERAL.exec(inner)?.[2] ?? (/^\d+$/.test(inner) ? inner : undefined);
        if (key === undefined || !/[\w$\])]$/.test(rest)) return undefined;
        steps.unshift({ name: key });
      }
      if (!/[\w$\])]$/.test(rest)) return undefined;
      continue;
    }
    const name = /[A-Za-z_$][\w$]*$/.exec(rest)?.[0];
    if (name === undefined) return undefined;
    steps.unshift({ name });
    rest = rest.slice(0, -name.length);
    const dot = /\??\.$/.exec(rest);
    if (!dot) return steps;
    rest = rest.slice(0, dot.index).trimEnd();
  }
}

/** Where the bracket opens that the text ends with. Strings are looked over; none but a template goes over lines. */
function opening(text: string): number | undefined {
  const open: number[] = [];
  let mark = "";
  for (let n = 0; n < text.length - 1; n += 1) {
    const it = text[n] ?? "";
    if (mark) {
      if (it === "\\") n += 1;
      else if (it === mark || (it === "\n" && mark !== "`")) mark = "";
    } else if (it === '"' || it === "'" || it === "`") mark = it;
    else if (it === "(" || it === "[") open.push(n);
    else if (it === ")" || it === "]") open.pop();
  }
  return mark ? undefined : open.at(-1);
}

/** What a chain means, as far as it can be known without running it. */
export function follow(steps: readonly Step[], known: Known): Meaning | undefined {
  let now: Meaning | undefined;
  for (let n = 0; n < steps.length; n += 1) {
    const step = steps[n];
    const next = steps[n + 1];
    if (!step || "call" in step) return undefined;
    const isCalled = next !== undefined && "call" in next;
    now = n === 0 ? root(step.name, isCalled ? next.call : undefined, known) : member(now, step.name, isCalled, known);
    if (!now) return undefined;
    if (isCalled) n += 1;
  }
  return now;
}

function root(name: string, call: string | undefined, known: Known): Meaning | undefined {
  if (name === "$" && call !== undefined) {
    const wanted = LITERAL.exec(call)?.[2]?.replace(/\\(.)/g, "$1");
    return { of: "node", node: known.nodes.find((it) => it.name === wanted) };
  }
  if (call !== undefined) return undefined;
  if (name === "$json") return { value: known.json };
  if (name === "item") return { of: "item", node: { name: "", json: known.json } };
  if (name === "items") return { value: [{ json: known.json }] };
  if (name === "$vars") return { value: Object.fromEntries(known.vars.map((it) => [it, ""])) };
  if (name === "$now" || name === "$today") return { value: new Date(0) };
  return name in MEMBERS ? { of: name } : undefined;
}

function member(now: Meaning | undefined, name: string, isCalled: boolean, known: Known): Meaning | undefined {
  if (!now) return undefined;
  if ("value" in now) {
    if (isCalled) return given(now.value, name);
    const value: unknown = now.value !== null && typeof now.value === "object" ? (now.value as Record<string, unknown>)[name] : undefined;
    return value === undefined ? (name === "length" ? { value: 0 } : undefined) : { value };
  }
  const json = now.of === "$input" ? known.json : now.node?.json;
  if (now.of === "$input" || now.of === "node") {
    if (name === "item" || (isCalled && ["first", "last", "itemMatching"].includes(name))) return { of: "item", node: { name: "", json } };
    if (name === "all" && isCalled) return { value: [{ json }] };
    return undefined;
  }
  if (now.of === "item" && name === "json") return { value: json };
  if (now.of === "$execution" && name === "customData") return { of: "customData" };
  if (now.of === "DateTime" && isCalled) return { value: new Date(0) };
  if (now.of === "Math" && isCalled) return { value: 0 };
  if (["$execution", "$workflow", "$prevNode"].includes(now.of)) return { value: "" };
  return undefined;
}

const TEXTS = /^(to(Upper|Lower|Title|Sentence|Snake)Case|trim(End|Start)?|replace(All|SpecialChars)?|slice|substring|pad(End|Start)|repeat|concat|join|quote|remove(Tags|Markdown)|url(En|De)code|base64(En|De)code|hash|extract\w+|toFormat|toISO(Date)?|toJsonString|toString|toLocaleString|format|toFixed)$/;
const NUMBERS = /^(to(Int|Float|Number|WholeNumber|DecimalNumber|Millis|Seconds)|indexOf|findIndex|round|floor|ceil|abs|sum|average|diffTo|diffToNow)$/;
const TRUTHS = /^(is[A-Z]\w*|includes|startsWith|endsWith|every|some|hasField|toBoolean)$/;
const SAME = /^(filter|sort|reverse|slice|concat|unique|removeDuplicates|compact|append|union|difference|intersection|plus|minus|startOf|endOf|set|setZone|toUTC|beginningOf|endOfMonth|removeField|removeFieldsContaining|keepFieldsContaining)$/;

/** What a method gives, as far as its name says. */
function given(value: unknown, name: string): Meaning | undefined {
  if (Array.isArray(value) && /^(first|last|at|find|randomItem)$/.test(name)) return value.length ? { value: value[0] } : undefined;
  const kind = kindOf(value);
  if ((kind === "array" || kind === "date" || kind === "object") && SAME.test(name)) return { value };
  if (name === "split" || name === "keys" || name === "pluck") return { value: [""] };
  if (/^(toDateTime|toDate)$/.test(name)) return { value: new Date(0) };
  if (TEXTS.test(name)) return { value: "" };
  if (NUMBERS.test(name)) return { value: 0 };
  return TRUTHS.test(name) ? { value: true } : undefined;
}

function kindOf(value: unknown): Kind | undefined {
  if (Array.isArray(value)) return "array";
  if (value instanceof Date) return "date";
  if (value === null) return undefined;
  const kind = typeof value;
  return kind === "string" || kind === "number" || kind === "boolean" || kind === "object" ? kind : undefined;
}

const FIELDS_MAX = 200;

function membersOf(meaning: Meaning, known: Known): Option[] {
  if ("of" in meaning) return written(MEMBERS[meaning.of] ?? [], "method");
  const { value } = meaning;
  const kind = kindOf(value);
  if (!kind) return [];
  const fields = kind === "object" ? Object.entries(value as Record<string, unknown>).slice(0, FIELDS_MAX).map(([name, it]) => field(name, it, known)) : [];
  return [...fields, ...written(METHODS[kind], "method"), ...written(EXTENSIONS[kind], "method")];
}

function field(name: string, value: unknown, known: Known): Option {
  const text = value !== null && typeof value === "object" ? (Array.isArray(value) ? `[${value.length}]` : "{…}") : JSON.stringify(value);
  const detail = known.vars.includes(name) && value === "" ? undefined : text && (text.length > 40 ? `${text.slice(0, 40)}…` : text);
  // A name with a space in it is written as a key; the dot before it goes.
  const isPlain = /^[A-Za-z_$][\w$]*$/.test(name);
  return { label: name, kind: "field", detail, ...(isPlain ? {} : { apply: `[${JSON.stringify(name)}]`, eats: 1 }) };
}
