// The workflow as a list, for narrow screens and for who does not see the canvas: each node with its state, in the order of
// the flow, with the notes and groups before what they are about.
import { clsx } from "clsx";
import { CornerDownRight, Pin, SquareDashed, StickyNote, TriangleAlert } from "lucide-react";
import { memo, useEffect, useSyncExternalStore, type MouseEvent } from "react";
import { useTranslation } from "react-i18next";
import { groupColor, NodeIcon, noteColor, NoteText, type NodeRun, type NoteColor, type NodeTypes, type PortTable, type RunStates } from "~/features/graph";
import { faultWords } from "~/lib/faults";
import { Said } from "~/ui/field";
import { StateMark, WORDS } from "~/ui/state";
import type { Line } from "./model/lines";
import type { Row } from "./model/outline";

interface Props {
  lines: readonly Line[];
  types: NodeTypes;
  ports: PortTable;
  states?: RunStates;
  troubles: ReadonlyMap<string, string>;
  pinned?: Record<string, unknown>;
  selected: ReadonlySet<string>;
  current?: string;
  onSelect: (names: ReadonlySet<string>) => void;
  onOpen: (name: string) => void;
}

/** So far branches are set in; deeper ones would leave no room for words. */
const DEPTH_MAX = 6;

export const rowId = (name: string) => `row-${encodeURIComponent(name)}`;

/** Brings a row into view if it is not, as after the space has become less. */
export const reveal = (name: string) => document.getElementById(rowId(name))?.scrollIntoView({ block: "nearest" });

/** The rows alone: the list around them, which takes the keys, is the desk's. */
export function Outline({ lines, types, ports, states, troubles, pinned, selected, current, onSelect, onOpen }: Props) {
  useEffect(() => {
    if (current) reveal(current);
  }, [current]);
  // One listener for all rows, however many there are.
  const onClick = (event: MouseEvent) => {
    const name = event.target instanceof Element ? event.target.closest("[data-node]")?.getAttribute("data-node") : undefined;
    if (!name) return;
    const isMore = event.ctrlKey || event.metaKey || event.shiftKey;
    if (!isMore) {
      onSelect(new Set([name]));
      onOpen(name);
    } else onSelect(selected.has(name) ? new Set([...selected].filter((it) => it !== name)) : new Set([...selected, name]));
  };
  return (
    <div role="presentation" onClick={onClick}>
      {lines.map((it) => {
        const isChosen = selected.has(it.key);
        if ("note" in it) return <NoteLine key={it.key} line={it} content={it.note.content} color={noteColor(it.note.color)} isChosen={isChosen} />;
        if ("group" in it) return <GroupLine key={it.key} line={it} name={it.group.name} color={groupColor(it.group)} members={it.members.join(", ")} isChosen={isChosen} />;
        const { node } = it.row;
        return (
          <RowView
            key={it.key}
            row={it.row}
            title={types.get(node.type)?.title ?? node.type}
            icon={types.get(node.type)?.icon}
            branch={branchOf(it.row, ports)}
            run={states?.get(node.name)}
            trouble={node.disabled ? undefined : troubles.get(node.name)}
            isPinned={pinned?.[node.name] !== undefined}
            isChosen={isChosen}
          />
        );
      })}
    </div>
  );
}

/** What a line of the list is for who takes the keys and for who reads it aloud. */
const lineOf = ({ key, depth }: Pick<Line, "key" | "depth">, isChosen: boolean) => ({
  id: rowId(key),
  role: "treeitem",
  "aria-level": depth + 1,
  "aria-selected": isChosen,
  "data-node": key,
  className: clsx("flex min-h-13 cursor-pointer scroll-mt-13 scroll-mb-16 flex-wrap items-center gap-x-3 gap-y-0.5 border-b py-1.5 pr-4 [contain-intrinsic-size:auto_3.25rem] [content-visibility:auto]", isChosen ? "bg-accent-soft" : "hover:bg-hover"),
  style: { paddingLeft: `${1 + 1.25 * Math.min(depth, DEPTH_MAX)}rem` },
});

interface AsideProps {
  line: Line;
  color?: NoteColor;
  isChosen: boolean;
}

const INKS: Record<NoteColor, string> = { yellow: "text-wait", green: "text-ok", blue: "text-run", purple: "text-pin", red: "text-err" };
const SIGN = "flex size-7 shrink-0 items-center justify-center self-start";

function NoteLine({ line, content, color, isChosen }: AsideProps & { content: string }) {
  const { t } = useTranslation();
  return (
    <div {...lineOf(line, isChosen)}>
      <span className={clsx(SIGN, color ? INKS[color] : "text-text3")}><StickyNote size={16} strokeWidth={1.75} role="img" aria-label={t("Note")} /></span>
      <span className="min-w-0 flex-1 py-1 break-words whitespace-pre-wrap text-text2"><NoteText text={content} /></span>
    </div>
  );
}

function GroupLine({ line, name, color, members, isChosen }: AsideProps & { name: string; members: string }) {
  const { t } = useTranslation();
  return (
    <div {...lineOf(line, isChosen)}>
      <span className={clsx(SIGN, color ? INKS[color] : "text-text3")}><SquareDashed size={16} strokeWidth={1.75} role="img" aria-label={t("Group")} /></span>
      <span className="min-w-0 flex-1">
        <span className="block font-semibold break-words">{name}</span>
        <span className="block text-small break-words text-text2">{members}</span>
      </span>
    </div>
  );
}

interface RowProps {
  row: Row;
  title: string;
  icon?: string;
  branch?: string;
  run?: NodeRun;
  trouble?: string;
  isPinned: boolean;
  isChosen: boolean;
}

/** Further lines begin where the name does. */
const FURTHER = "basis-full break-words pl-10";

const RowView = memo(function RowView({ row, title, icon, branch, run, trouble, isPinned, isChosen }: RowProps) {
  const { t } = useTranslation();
  const { node, depth, next } = row;
  return (
    <div {...lineOf({ key: node.name, depth }, isChosen)}>
      {branch && <span className="flex basis-full items-center gap-1 text-small text-text2"><CornerDownRight size={14} aria-hidden className="text-text3" />{branch}</span>}
      <span className={clsx("flex size-7 shrink-0 items-center justify-center rounded-control bg-hover text-text2", node.disabled && "opacity-55")}><NodeIcon name={icon} /></span>
      <span className="min-w-0 flex-1 basis-32">
        <span className={clsx("block break-words font-semibold", node.disabled && "text-off")}>{node.name}</span>
        <span className="block text-small text-text2">{title}</span>
      </span>
      {isPinned && <Pin size={14} role="img" aria-label={t("Pinned")} className="text-pin" />}
      {node.disabled && <span className="rounded-chip bg-off-soft px-1.5 text-small text-off">{t("off")}</span>}
      {run && <StateMark state={run.state} word={t(WORDS[run.state])} />}
      {run?.error && <span className={`${FURTHER} text-err`}><Said text={faultWords(run.error)} /></span>}
      {trouble && <span className={`${FURTHER} flex items-start gap-1.5 text-wait`}><TriangleAlert size={14} aria-hidden className="mt-0.5 shrink-0" /><span className="min-w-0">{trouble}</span></span>}
      {next.length > 0 && <span className={`${FURTHER} text-small text-text2`}>{t("Goes on at {{nodes}}", { nodes: next.join(", ") })}</span>}
    </div>
  );
});

/** What the way into a branch is called: the output that it hangs on, or what it is plugged in as. */
function branchOf({ by, node }: Row, ports: PortTable): string | undefined {
  if (!by) return undefined;
  const kind = by.kind ?? "main";
  if (by.from === node.name && kind !== "main") return ports.get(by.to)?.inputs.filter((it) => it.kind === kind)[by.input ?? 0]?.name || kind;
  const own = ports.get(by.from)?.outputs.filter((it) => it.kind === kind)[by.output ?? 0]?.name;
  return own ? `${by.from}: ${own}` : by.from;
}

const NARROW = "(max-width: 639px)";
const listen = (listener: () => void) => {
  const narrow = window.matchMedia(NARROW);
  narrow.addEventListener("change", listener);
  return () => narrow.removeEventListener("change", listener);
};

/** Whether the screen is too narrow to draw on. */
export const useIsNarrow = () => useSyncExternalStore(listen, () => window.matchMedia(NARROW).matches);
