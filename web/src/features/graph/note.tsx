// A note on the canvas.
import { NodeResizer, type Node as FlowNode, type NodeProps } from "@xyflow/react";
import { clsx } from "clsx";
import { memo } from "react";
import { snap } from "./layout";
import { NOTE_LEAST, type NoteColor } from "./notes";

export interface NoteData extends Record<string, unknown> {
  content: string;
  color?: NoteColor;
  isCurrent: boolean;
  /** Where notes may be changed. */
  onSize?: (key: string, position: [number, number], size: [number, number]) => void;
}
export type DrawnNote = FlowNode<NoteData, "note">;

export const NOTE_LOOKS: Record<NoteColor, string> = {
  yellow: "border-l-wait bg-wait-soft",
  green: "border-l-ok bg-ok-soft",
  blue: "border-l-run bg-run-soft",
  purple: "border-l-pin bg-pin-soft",
  red: "border-l-err bg-err-soft",
};

export const NoteView = memo(function NoteView({ id, data, width, height }: NodeProps<DrawnNote>) {
  return (
    <>
      {data.isCurrent && data.onSize && (
        <NodeResizer
          minWidth={NOTE_LEAST[0]}
          minHeight={NOTE_LEAST[1]}
          lineClassName="border-accent!"
          handleClassName="size-2.5! rounded-[2px]! border-accent! bg-surface!"
          onResizeEnd={(_, it) => data.onSize?.(id, [snap(it.x), snap(it.y)], [snap(it.width), snap(it.height)])}
        />
      )}
    <div
      id={`node-${encodeURIComponent(id)}`}
      className={clsx("overflow-hidden rounded-[2px] border border-l-[3px] px-3 py-2 text-small whitespace-pre-wrap text-text2", data.color ? NOTE_LOOKS[data.color] : "border-l-wire bg-surface", data.isCurrent && "outline-2 outline-offset-2 outline-accent")}
      style={{ width: width ?? 240, height: height ?? 80 }}
    >
      <NoteText text={data.content} />
    </div>
    </>
  );
});

/** Headings and list marks of Markdown; the rest is read as it stands. */
export function NoteText({ text }: { text: string }) {
  return text.split("\n").map((line, n) => {
    const heading = /^#+\s+(.*)/.exec(line);
    if (heading) return <b key={n} className="block font-semibold text-text">{heading[1]}</b>;
    return <span key={n} className="block min-h-4">{line.replace(/^[-*]\s+/, "• ").replaceAll("**", "")}</span>;
  });
}
