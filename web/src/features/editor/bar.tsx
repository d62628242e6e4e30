// The editor's top bar, the strip about the run, and the tools on the canvas.
import { Link } from "@tanstack/react-router";
import { AlignStartVertical, History as HistoryIcon, ListTree, Maximize, Minus, Play, Plus, Redo2, SlidersHorizontal, StickyNote, TriangleAlert, Undo2, UserPlus } from "lucide-react";
import { useState, type RefObject } from "react";
import { useTranslation } from "react-i18next";
import type { DraftEditor, ExecutionDetail, StoredWorkflow } from "~/api/types";
import type { GraphHandle } from "~/features/graph";
import { ShareDialog } from "~/features/sharing";
import { faultWords } from "~/lib/faults";
import { took } from "~/lib/time";
import { Button, IconButton } from "~/ui/button";
import { Input, Said } from "~/ui/field";
import { Menu } from "~/ui/menu";
import { StateMark, WORDS } from "~/ui/state";
import { arrangements, fits, type Arrangement } from "./arrange";
import type { Doc, History } from "./model/document";
import { Others } from "./others";
import type { useSaving } from "./saving";
import type { Standing } from "./standing";

interface Props {
  stored: StoredWorkflow;
  doc: Doc;
  saving: ReturnType<typeof useSaving>;
  /** Who else has the draft open. */
  others: DraftEditor[];
  standing: Standing;
  mayWrite: boolean;
  isBusy: boolean;
  onVersions: () => void;
  onSettings: () => void;
  onName: (name: string) => void;
  onRun?: () => void;
  onPublish?: () => void;
}

export function Bar({ stored, doc, saving, others, standing, mayWrite, isBusy, onVersions, onSettings, onName, onRun, onPublish }: Props) {
  const { t } = useTranslation();
  const [isSharing, setSharing] = useState(false);
  return (
    <header className="flex min-h-13 shrink-0 flex-wrap items-center gap-2 border-b px-4 py-2 max-sm:px-3">
      <Link to="/workflows" className="text-text2 hover:underline max-sm:hidden">{t("Workflows")}</Link>
      <span aria-hidden className="text-text3 max-sm:hidden">›</span>
      <h1 className="sr-only">{doc.name}</h1>
      <Input aria-label={t("Name of the workflow")} disabled={!mayWrite} className="w-auto! max-w-72 min-w-24 field-sizing-content border-transparent font-semibold hover:border-control" value={doc.name} onChange={(event) => onName(event.target.value)} />
      <LiveWord stored={stored} standing={standing} onOpen={onVersions} />
      <SavedWord saving={saving} others={others} />
      <div className="ml-auto flex items-center gap-2 max-sm:gap-1">
        <Others others={others} />
        <IconButton label={t("Versions")} onClick={onVersions}><HistoryIcon size={16} strokeWidth={1.75} /></IconButton>
        <IconButton label={t("Share")} onClick={() => setSharing(true)}><UserPlus size={16} strokeWidth={1.75} /></IconButton>
        <IconButton label={t("Settings of the workflow")} onClick={onSettings}><SlidersHorizontal size={16} strokeWidth={1.75} /></IconButton>
        {onPublish && standing.nFaults > 0 && <Button look="quiet" icon={<TriangleAlert size={16} strokeWidth={1.75} className="text-wait" />} onClick={onPublish} aria-label={t("{{count}} to mend", { count: standing.nFaults })}><span className="max-sm:hidden">{t("{{count}} to mend", { count: standing.nFaults })}</span></Button>}
        {onRun && <Button icon={<Play size={16} strokeWidth={1.75} />} disabled={isBusy || !doc.nodes?.length} onClick={onRun}>{t("Run")}</Button>}
        {onPublish && <Button look="primary" disabled={!doc.nodes?.length} onClick={onPublish}>{t("Publish")}</Button>}
      </div>
      {isSharing && <ShareDialog thing="workflow" id={stored.id} name={doc.name} onClose={() => setSharing(false)} />}
    </header>
  );
}

/** What runs when something starts the workflow, and whether the draft is ahead of it. */
function LiveWord({ stored, standing, onOpen }: { stored: StoredWorkflow; standing: Standing; onOpen: () => void }) {
  const { t } = useTranslation();
  if (!stored.active) return <span className="rounded-chip bg-off-soft px-1.5 py-0.5 text-small whitespace-nowrap text-off">{t("Not published")}</span>;
  const n = standing.nChanges;
  return (
    <button type="button" onClick={onOpen} title={n ? t("What is published is older than this draft.") : undefined} className="rounded-chip bg-accent-soft px-1.5 py-0.5 text-small whitespace-nowrap text-accent-text hover:underline">
      {n ? t("Published, {{count}} changes since", { count: n }) : t("Published")}
    </button>
  );
}

function SavedWord({ saving, others }: Pick<Props, "saving" | "others">) {
  const { t } = useTranslation();
  if (saving.state === "conflict") {
    const who = others.find((it) => (it.saved ?? 0) > saving.revision())?.name;
    return (
      <span role="alert" className="flex items-center gap-2 rounded-control bg-wait-soft px-2 py-1 text-wait">
        {who ? t("{{who}} changed this draft.", { who }) : t("Somebody else changed this draft.")}
        <button type="button" className="font-medium underline" onClick={() => window.location.reload()}>{t("Read theirs")}</button>
        <button type="button" className="font-medium underline" onClick={() => void saving.overwrite().catch(() => undefined)}>{t("Keep mine")}</button>
      </span>
    );
  }
  if (saving.state === "refused") return <span role="alert" className="text-err">{t("Not saved: {{why}}", { why: saving.fault })}</span>;
  const words = { saved: t("Saved"), saving: t("Saving"), failed: t("Not saved, trying again") };
  return <span role="status" className={saving.state === "failed" ? "text-err" : "text-text3"}>{words[saving.state]}</span>;
}

export function RunStrip({ run, onClear }: { run?: ExecutionDetail; onClear: () => void }) {
  const { t } = useTranslation();
  if (!run) return null;
  return (
    <div role="status" className="absolute top-3 left-4 flex max-w-[90%] items-center gap-3 rounded-control border bg-surface px-3 py-1 shadow-sh1">
      <StateMark state={run.status} word={t(WORDS[run.status])} />
      <span className="whitespace-nowrap text-text3 tabular-nums">{took(run.durationMs)}</span>
      {run.errorMessage && <span className="truncate text-err max-sm:hidden" title={faultWords(run.errorMessage)}><Said text={faultWords(run.errorMessage)} /></span>}
      <Link to="/executions/$id" params={{ id: run.id }} className="whitespace-nowrap text-accent-text underline">{t("See the run")}</Link>
      <button type="button" className="underline" onClick={onClear}>{t("Clear")}</button>
    </div>
  );
}

interface ToolsProps {
  mayWrite: boolean;
  history: History;
  graph: RefObject<GraphHandle | null>;
  /** How many nodes and notes are chosen. */
  nChosen: number;
  /** The outline is shown in place of the graph. */
  isList: boolean;
  onList: () => void;
  onAdd: () => void;
  onNote: () => void;
  onArrange: (what: Arrangement) => void;
  onStep: (step: "undo" | "redo") => void;
}

export function Tools({ mayWrite, history, graph, nChosen, isList, onList, onAdd, onNote, onArrange, onStep }: ToolsProps) {
  const { t } = useTranslation();
  return (
    <div role="toolbar" aria-label={t("Canvas")} className="absolute bottom-3 left-4 flex max-w-[calc(100%-2rem)] flex-wrap items-center gap-1 rounded-card border bg-surface p-1 shadow-sh1">
      {mayWrite && <Button small look="quiet" icon={<Plus size={14} strokeWidth={1.9} />} onClick={onAdd}>{t("Add node")}</Button>}
      <IconButton label={t("Outline")} pressed={isList} onClick={onList}><ListTree size={16} strokeWidth={1.75} /></IconButton>
      {mayWrite && <IconButton label={t("Add a note")} onClick={onNote}><StickyNote size={16} strokeWidth={1.75} /></IconButton>}
      {mayWrite && !isList && (
        <Menu
          align="start"
          trigger={<IconButton label={t("Arrange")}><AlignStartVertical size={16} strokeWidth={1.75} /></IconButton>}
          entries={arrangements(t).filter((it) => fits(it.what, nChosen)).map((it) => ({ label: it.title, onSelect: () => onArrange(it.what) }))}
        />
      )}
      {mayWrite && <IconButton label={t("Undo")} disabled={!history.past.length} onClick={() => onStep("undo")}><Undo2 size={16} strokeWidth={1.75} /></IconButton>}
      {mayWrite && <IconButton label={t("Redo")} disabled={!history.future.length} onClick={() => onStep("redo")}><Redo2 size={16} strokeWidth={1.75} /></IconButton>}
      {!isList && <IconButton label={t("Smaller")} className="max-sm:hidden" onClick={() => graph.current?.zoom(0.8)}><Minus size={16} strokeWidth={1.75} /></IconButton>}
      {!isList && <IconButton label={t("Larger")} className="max-sm:hidden" onClick={() => graph.current?.zoom(1.25)}><Plus size={16} strokeWidth={1.75} /></IconButton>}
      {!isList && <IconButton label={t("Show the whole graph")} onClick={() => graph.current?.fit()}><Maximize size={16} strokeWidth={1.75} /></IconButton>}
    </div>
  );
}
