// What is offered at each place of an expression, and that the names are those of the expression language.
import { readFileSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { chain, complete, type Known } from "./complete";
import { EXTENSIONS, METHODS, nameOf, ROOTS, UNSAID } from "./names";

const known: Known = {
  json: { city: "Lisbon", size: { km: 100 }, tags: ["a"], "two words": 1, rows: [{ id: 7 }], nothing: null },
  nodes: [{ name: "Fetch it's", json: { body: { ok: true } } }, { name: "Never ran" }],
  vars: ["region"],
};

/** `|` is the cursor. */
function offered(text: string, isScript = false): string[] | undefined {
  const at = text.indexOf("|");
  return complete(text.replace("|", ""), at, known, isScript)?.options.map((it) => it.label);
}

test("only what stands in braces is completed, but all of a script", () => {
  expect(offered("Hello $|")).toBeUndefined();
  expect(offered("{{ $json.city }} $|")).toBeUndefined();
  expect(offered("{{ $json.city }} {{ $|")).toContain("$json");
  expect(offered("const x = $|", true)).toContain("$json");
  expect(offered("ite|", true)).toContain("items");
  expect(offered("{{ ite| }}")).not.toContain("items");
});

test.each([
  ["{{ $json.| }}", ["city", "size", "tags", "two words", "rows", "nothing"]],
  ["{{ $json.ci| }}", ["city"]],
  ["{{ $json.size.| }}", ["km"]],
  ["{{ $json['size'].| }}", ["km"]],
  ["{{ $json?.size?.| }}", ["km"]],
  ["{{ $json.rows[0].| }}", ["id"]],
  ["{{ $json.rows.first().| }}", ["id"]],
  ["{{ $json.rows.filter((it) => it.id > (1)).first().| }}", ["id"]],
  ["{{ $json.city.| }}", ["toUpperCase", "toTitleCase", "isEmail"]],
  ["{{ $json.city.toUpperCase().| }}", ["toTitleCase"]],
  ["{{ $json.city.split(',').| }}", ["join", "unique"]],
  ["{{ $json.size.km.| }}", ["toFixed", "isEven"]],
  ["{{ $json.size.km.isEven().| }}", ["toInt"]],
  ["{{ $('Fetch it\\'s').item.json.body.| }}", ["ok"]],
  ["{{ $('Fetch it\\'s').first().json.| }}", ["body"]],
  ["{{ $('Never ran').| }}", ["item", "first", "isExecuted"]],
  ["{{ $input.| }}", ["item", "all", "first"]],
  ["{{ $input.first().json.| }}", ["city"]],
  ["{{ $input.all()[0].json.| }}", ["city"]],
  ["{{ $vars.| }}", ["region"]],
  ["{{ $now.| }}", ["toFormat", "plus", "isWeekend"]],
  ["{{ $now.plus(1, 'day').| }}", ["toFormat"]],
  ["{{ DateTime.now().| }}", ["toFormat"]],
  ["{{ Math.| }}", ["round"]],
  ["{{ $json.city + $| }}", ["$json", "$('Fetch it\\'s')", "$now", "$if"]],
  ["{{ $('| }}", ["Fetch it's", "Never ran"]],
])("%s offers %j", (text, labels) => expect(offered(text)).toEqual(expect.arrayContaining(labels)));

test.each(["{{ $json.nothing.| }}", "{{ nobody.| }}", "{{ f($json).| }}", "{{ [1].| }}", "{{ 'a'| }}", "{{ $json.unknown.| }}"])("%s offers nothing that could be wrong", (text) => expect(offered(text) ?? []).toEqual([]));

test("a key that is no name is written in brackets, a method with its parentheses", () => {
  const options = complete("{{ $json. }}", 9, known, false)?.options;
  expect(options?.find((it) => it.label === "two words")?.apply).toBe('["two words"]');
  expect(options?.find((it) => it.label === "keys")?.apply).toBe("keys()");
  expect(options?.find((it) => it.label === "hasField")).toMatchObject({ detail: "(name)", apply: "hasField(" });
});

test("a chain is read back to its beginning, over strings with brackets in them", () => {
  expect(chain("1 + $('a)b').item")).toEqual([{ name: "$" }, { call: "'a)b'" }, { name: "item" }]);
  expect(chain("x[y]")).toBeUndefined();
});

test("every extension method and every name of the language is known here, and none else", () => {
  const folder = "../crates/expr/src/js";
  const scripts = readdirSync(folder).filter((it) => it.endsWith(".js")).map((it) => readFileSync(`${folder}/${it}`, "utf8")).join("\n");
  const rust = readFileSync("../crates/expr/src/extensions.rs", "utf8");
  const listed = /EXTENSIONS: &\[&str\] = &\[([^\]]*)\]/.exec(rust)?.[1] ?? "";
  // One that no kind of value has can only fail; what JavaScript has as well is named among its own.
  const plain = new Set(Object.values(METHODS).flat().map(nameOf));
  const theirs = [...listed.matchAll(/"(\w+)"/g)].map(([, it]) => it ?? "").filter((it) => !plain.has(it)).filter((it) => new RegExp(`\\b(string|number|boolean|array|object|date)\\.${it} =`).test(scripts));
  const ours = new Set(Object.values(EXTENSIONS).flat().map(nameOf));
  expect([...ours].sort()).toEqual(theirs.sort());

  const names = [...scripts.matchAll(/(?:names\.|fixed\(")(\$[A-Za-z]\w*)/g)].map(([, it]) => it ?? "");
  expect([...new Set(names)].sort()).toEqual([...ROOTS, ...UNSAID].map(nameOf).sort());
});
