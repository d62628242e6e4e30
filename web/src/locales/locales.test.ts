// Every sentence of the interface stands in every language, and no language has one that is gone.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { WORDS } from "../ui/state";
import en from "./en.json";
import es from "./es.json";
import pt from "./pt-BR.json";

const walk = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? walk(path) : [path];
  });

const used = new Set<string>(Object.values(WORDS));
for (const path of walk("src").filter((it) => /\.tsx?$/.test(it) && !it.endsWith(".test.ts"))) {
  for (const [, text] of readFileSync(path, "utf8").matchAll(/\bt\(\s*("(?:[^"\\]|\\.)*")/g)) {
    used.add(JSON.parse(text ?? '""') as string);
  }
}

const places = (text: string) => [...text.matchAll(/\{\{\w+\}\}/g)].map(String).sort();

test.each([["pt-BR", pt], ["es", es]])("%s says everything, with the same values in it", (_, table: Record<string, string>) => {
  expect(Object.keys(table).filter((it) => !it.endsWith("_one")).sort()).toEqual([...used].sort());
  for (const [english, text] of Object.entries(table).filter(([it]) => !it.endsWith("_one"))) expect(places(text), english).toEqual(places(english));
});

test("English has only what it says of one thing, and each language says that too", () => {
  for (const key of Object.keys(en)) {
    expect(key.endsWith("_one"), key).toBe(true);
    expect(used, key).toContain(key.slice(0, -"_one".length));
    expect(Object.keys(pt), key).toContain(key);
    expect(Object.keys(es), key).toContain(key);
  }
});
