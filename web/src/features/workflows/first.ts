// The first workflow of somebody who has none: it runs by hand without any account elsewhere.
import type { TFunction } from "i18next";
import type { Workflow } from "~/api/types";

/** A field that a set node gives. */
export const text = (name: string, value: string) => ({ name, type: "string", value });

export function firstWorkflow(t: TFunction): Workflow {
  const [start, order, big, thanks, gift] = [t("Start"), t("An order"), t("Large order?"), t("Say thanks"), t("Add a gift")];
  return {
    name: t("My first workflow"),
    nodes: [
      { name: start, type: "trigger.manual", position: [0, 0] },
      {
        name: order,
        type: "data.set",
        position: [220, 0],
        parameters: { include: "none", fields: [text("customer", "Ada"), { name: "total", type: "number", value: "120" }] },
      },
      {
        name: big,
        type: "flow.if",
        position: [440, 0],
        parameters: {
          conditions: {
            combine: "and",
            rows: [{ left: "={{ $json.total }}", type: "number", operation: "gt", right: 100 }],
          },
        },
      },
      {
        name: gift,
        type: "data.set",
        position: [680, -80],
        parameters: { include: "all", fields: [text("note", "={{ $json.customer }} gets a gift with this order")] },
      },
      {
        name: thanks,
        type: "data.set",
        position: [680, 80],
        parameters: { include: "all", fields: [text("note", "=Thank you, {{ $json.customer }}")] },
      },
    ],
    connections: [
      { from: start, to: order },
      { from: order, to: big },
      { from: big, output: 0, to: gift },
      { from: big, output: 1, to: thanks },
    ],
  };
}
