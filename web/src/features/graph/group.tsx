// A frame around nodes, with its name.
import type { Node as FlowNode, NodeProps } from "@xyflow/react";
import { clsx } from "clsx";
import { memo } from "react";
import type { NoteColor } from "./notes";

export interface GroupData extends Record<string, unknown> {
  name: string;
  color?: NoteColor;
  isCurrent: boolean;
  isPicture: boolean;
  /** The keys of its nodes, which go along when it is moved. */
  members: string[];
}
/** Not called `group`: the canvas has a look of its own for that. */
export type DrawnGroup = FlowNode<GroupData, "frame">;

const LOOKS: Record<NoteColor, string> = {
  yellow: "border-wait text-wait",
  green: "border-ok text-ok",
  blue: "border-run text-run",
  purple: "border-pin text-pin",
  red: "border-err text-err",
};

export const GroupView = memo(function GroupView({ id, data, width, height }: NodeProps<DrawnGroup>) {
  return (
    <div
      id={data.isPicture ? undefined : `node-${encodeURIComponent(id)}`}
      className={clsx("rounded-dialog border-[1.5px] border-dashed bg-[color-mix(in_srgb,currentColor_5%,transparent)]", data.color ? LOOKS[data.color] : "border-wire text-text2", data.isCurrent && "outline-2 outline-offset-2 outline-accent")}
      style={{ width, height }}
    >
      <span className="block truncate px-3 py-2 font-semibold">{data.name}</span>
    </div>
  );
});
