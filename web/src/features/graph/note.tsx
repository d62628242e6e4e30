// A note on the canvas.
import { type Node as FlowNode, type NodeProps } from "@xyflow/react";
import { clsx } from "clsx";
import { memo } from "react";

export interface NoteData extends Record<string, unknown> {
  content: string;
  isCurrent: boolean;
}
export type DrawnNote = FlowNode<NoteData, "note">;

export const NoteView = memo(function NoteView({ data, width, height }: NodeProps<DrawnNote>) {
  return (
    <div
      className={clsx("overflow-hidden rounded-[2px] border border-l-[3px] border-l-wire bg-surface px-3 py-2 text-small whitespace-pre-wrap text-text2", data.isCurrent && "outline-2 outline-offset-2 outline-accent")}
      style={{ width: width ?? 240, minHeight: height ?? 80 }}
    >
      {lines(data.content)}
    </div>
  );
});

/** Headings and list marks of Markdown; the rest is read as it stands. */
function lines(text: string) {
  return text.split("\n").map((line, n) => {
    const heading = /^#+\s+(.*)/.exec(line);
    if (heading) return <b key={n} className="block font-semibold text-text">{heading[1]}</b>;
    return <span key={n} className="block min-h-4">{line.replace(/^[-*]\s+/, "• ").replaceAll("**", "")}</span>;
  });
}
