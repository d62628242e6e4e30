// Wires from afar: few shapes, and of those only what moved is drawn anew.
import { expect, test } from "vitest";
import type { Drawn } from "./drawing";
import { threads } from "./threads";
import type { DrawnWire } from "./wire";

const COUNT = 100;

const node = (n: number, x = n * 240): Drawn =>
  ({ id: `n${n}`, type: "node", position: { x, y: 0 }, data: {}, handles: [{ type: "source", id: "main:0", x: 170, y: 20, width: 10, height: 10 }, { type: "target", id: "main:0", x: -2, y: 20, width: 6, height: 16 }] }) as unknown as Drawn;
const wire = (n: number, more: Partial<DrawnWire> = {}): DrawnWire =>
  ({ id: `w${n}`, type: "wire", source: `n${n}`, target: `n${n + 1}`, sourceHandle: "main:0", targetHandle: "main:0", data: { isRunning: false, isOff: false }, ...more }) as DrawnWire;
const nodes = () => Array.from({ length: COUNT }, (_, n) => node(n));
const wires = () => Array.from({ length: COUNT - 1 }, (_, n) => wire(n));

test("many wires of one look are few shapes, and each begins and ends at its ports", () => {
  const all = threads()(nodes(), wires());
  expect(all.length).toBe(3);
  expect(all.map((it) => it.path.split("M").length - 1).reduce((sum, it) => sum + it)).toBe(COUNT - 1);
  expect(all[0]?.path.startsWith("M180,25 ")).toBe(true);
  expect(all[0]?.path).toContain(" 238,28");
});

test("where one node moves, only the shapes of its wires are other ones", () => {
  const sew = threads();
  const [places, ways] = [nodes(), wires()];
  const before = sew(places, ways);
  const after = sew(places.map((it, n) => (n === 20 ? node(20, 99) : it)), ways);
  expect(after.map((it, n) => it === before[n])).toEqual([false, true, true]);
  expect(sew(places.map((it, n) => (n === 20 ? node(20, 99) : it)), ways)).toEqual(after);
});

test("wires of another look are shapes of their own, and wires to nowhere are none", () => {
  const ways = wires().map((it, n) => (n === 3 ? wire(3, { selected: true }) : n === 5 ? wire(5, { data: { isRunning: true, isOff: false } }) : it));
  const all = threads()(nodes().slice(0, 20), ways);
  expect(all.map((it) => [it.look.stroke, it.isRunning])).toEqual([["var(--wire)", false], ["var(--accent)", false], ["var(--run)", true]]);
  expect(all.map((it) => it.path.split("M").length - 1)).toEqual([17, 1, 1]);
});
