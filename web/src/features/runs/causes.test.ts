// Failures that differ in numbers and ids alone have one cause.
import { expect, test } from "vitest";
import type { Execution } from "~/api/types";
import { causesOf, plain } from "./causes";

const failed = (id: string, errorMessage: string, errorNode = "Send", workflowId = "w") =>
  ({ id, workflowId, errorNode, errorMessage, workflowName: "Orders", status: "error" }) as Execution;

test("what changes from run to run is no part of the cause", () => {
  expect(plain('order 4711 of "Ada" was refused: 402 at 14:02:07')).toBe("order … of … was refused: … at …");
  expect(plain("no row 0190b2c4-1111-7abc-8def-0123456789ab for ada@example.com at https://a.example/x?y=1")).toBe("no row … for … at …");
});

test("failures are grouped by workflow, node and cause, the largest group first", () => {
  const causes = causesOf([failed("1", "time-out"), failed("2", "order 7 refused"), failed("3", "order 8 refused"), failed("4", "order 8 refused", "Pay"), failed("5", "order 9 refused", "Send", "v")]);
  expect(causes.map((it) => [it.message, it.node, it.workflowId, it.runs.map((run) => run.id)])).toEqual([
    ["order … refused", "Send", "w", ["2", "3"]],
    ["time-out", "Send", "w", ["1"]],
    ["order 8 refused", "Pay", "w", ["4"]],
    ["order 9 refused", "Send", "v", ["5"]],
  ]);
});
