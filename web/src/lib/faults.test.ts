// The sentences of the tables are the server's still, and each language says them with the same parts.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import es from "../locales/faults/es.json";
import pt from "../locales/faults/pt-BR.json";
import { faultFrom } from "./faults";

/** The JavaScript engine says it, so it stands in no source of ours. */
const OTHERS = ["{name} is not defined"];

/** What the server's source says: whole lines, with each part that changes as `{}`. */
function sources(): string {
  const folders = ["expr", "nodes", "engine", "sdk", "formats"].map((it) => `../crates/${it}/src`);
  const files = folders.flatMap((folder) => readdirSync(folder, { recursive: true, encoding: "utf8" }).map((it) => join(folder, it)));
  const text = files.filter((it) => /\.(rs|js)$/.test(it)).map((it) => readFileSync(it, "utf8")).join("\n");
  return text.replaceAll(/\\\n\s*/g, "").replaceAll('\\"', '"').replaceAll(/\$?\{[\w.:()]*\}/g, "{}");
}

const bare = (text: string) => text.replaceAll(/\{\w+\}/g, "{}");
const parts = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();

test("each sentence is one that the server can say", () => {
  const said = sources();
  const gone = Object.keys(pt).filter((it) => !OTHERS.includes(it) && !said.includes(bare(it)));
  expect(gone).toEqual([]);
});

test.each([["pt-BR", pt], ["es", es]])("%s says each of them, with the same parts", (_, table: Record<string, string>) => {
  expect(Object.keys(table)).toEqual(Object.keys(pt));
  for (const [english, text] of Object.entries(table)) expect(parts(text), english).toEqual(parts(english));
});

test("a sentence is known by what does not change in it, and its parts are told too", () => {
  expect(faultFrom(es, "`http://a.example/x`: the service refused the connection; perhaps it is offline")).toBe("`http://a.example/x`: el servicio rechazó la conexión; quizá esté fuera de línea");
  expect(faultFrom(pt, "`http://a.example/x` answered 404 (Not Found)")).toBe("`http://a.example/x` respondeu 404 (Not Found)");
  expect(faultFrom(pt, "`http://a.example/x` answered 400 (Bad Request): no such thing (yet)")).toBe("`http://a.example/x` respondeu 400 (Bad Request): no such thing (yet)");
  expect(faultFrom(pt, "Wrong type: 'x' is a string but was expecting a number [condition 0, item 2]")).toBe("Tipo errado: 'x' é um texto, mas era esperado um número [condição 0, item 2]");
});

test("what became of an imported node is told too", () => {
  expect(faultFrom(pt, "there is no node type for it yet")).toBe("ainda não há tipo de nó para ele");
  expect(faultFrom(es, "the connection from `A` to `B` was left out: there is no node `B`")).toBe("se dejó fuera la conexión de `A` a `B`: no hay nodo `B`");
});

test("what nobody knows, and what people write themselves, is shown as it is", () => {
  expect(faultFrom(es, "order 7 cannot be met")).toBe("order 7 cannot be met");
  expect(faultFrom(es, "")).toBe("");
});
