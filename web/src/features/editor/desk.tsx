// The desk: top bar, canvas, dock. It holds the one document, its past, and what is selected.
import { useMutation } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { clsx } from "clsx";
import { useCallback, useEffect, useMemo, useReducer, useRef, useState, type CSSProperties, type DragEvent, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import type { Connection, NodeTypeRow, StoredWorkflow } from "~/api/types";
import { Graph, isGroupKey, isNoteKey, noteKey, portsOf, statesOf, useNodeTypes, usePorts, wireId, type GraphActions, type GraphHandle } from "~/features/graph";
import { useOthersLive } from "~/features/publishing";
import { useMayWith } from "~/features/sharing";
import { useCommands } from "~/lib/commands";
import { newId } from "~/lib/ids";
import { useKept } from "~/lib/kept";
import { Divider } from "~/ui/divider";
import { useTitle } from "~/ui/page";
import { say } from "~/ui/toast";
import { Bar, RunStrip, Tools } from "./bar";
import { arrange } from "./arrange";
import { addNode, type Added } from "./commands/addNode";
import { addNote } from "./commands/addNote";
import { change } from "./commands/change";
import { changeGroup } from "./commands/changeGroup";
import { changeNote } from "./commands/changeNote";
import { connect } from "./commands/connect";
import { disconnect } from "./commands/disconnect";
import { group } from "./commands/group";
import { insert } from "./commands/insert";
import { move, nudge } from "./commands/move";
import { copied, paste } from "./commands/paste";
import { remove } from "./commands/remove";
import { ConnectDialog } from "./connecting";
import { GroupDialog } from "./group";
import { useDeskCommands } from "./keys";
import { begin, nodeOf, nodesOf, perform, redo, undo, wiresOf, type Change, type Doc, type History } from "./model/document";
import { groupOf, withMembers } from "./model/groups";
import { linesOf, neighbourOf } from "./model/lines";
import { absorb } from "./model/merge";
import { noteOf, notesOf } from "./model/notes";
import { recall } from "./model/past";
import { beneath } from "./model/places";
import { neighbour } from "./model/walk";
import { NoteDialog } from "./note";
import { useOthers } from "./others";
import { Outline, reveal, rowId, useIsNarrow } from "./outline";
import { asText } from "./model/clipboard";
import { NodePalette } from "./palette/palette";
import { usePast } from "./past";
import { usePasting } from "./pasting";
import { PublishDialog } from "./publish/dialog";
import { NodePanel } from "./run/panel";
import { lastRunOf, useRecord, type RunWish } from "./run/record";
import { useSaving } from "./saving";
import { SettingsDialog } from "./settings/dialog";
import { useStanding } from "./standing";
import { VersionsDialog } from "./versions";

type Step = { change: Change; about?: string } | { base: Doc; theirs: Doc } | { kept: unknown; begun: Doc; revision: number } | "undo" | "redo";
const reduce = (history: History, step: Step): History =>
  step === "undo" ? undo(history) : step === "redo" ? redo(history) : "base" in step ? absorb(history, step.base, step.theirs) : "kept" in step ? recall(history, step.kept, step.begun, step.revision) : perform(history, step.change, step.about);

interface Adding {
  at?: [number, number];
  after?: Added["after"];
  /** The wire that it comes onto. */
  on?: Connection;
}

/** Of the desk's height, in percent. */
const PANEL = 46;
const ARROWS: Record<string, [number, number]> = { ArrowLeft: [-20, 0], ArrowRight: [20, 0], ArrowUp: [0, -20], ArrowDown: [0, 20] };

export function Desk({ stored }: { stored: StoredWorkflow }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const may = useMayWith(stored.id);
  const mayWrite = may("workflows.write");
  const [history, step] = useReducer(reduce, stored.draft, begin);
  const doc = history.present;
  const apply = useCallback((it: Change, about?: string) => step({ change: it, about }), []);
  const takeIn = useCallback(
    (base: Doc, theirs: Doc, changed: string[], both: boolean) => {
      step({ base, theirs });
      const nodes = changed.join(", ");
      if (nodes) say(both ? t("Somebody else changed {{nodes}}; both of your changes are kept.", { nodes }) : t("Somebody else changed {{nodes}}.", { nodes }));
    },
    [t],
  );
  const saving = useSaving(stored, doc, mayWrite, takeIn);
  const [begun] = useState(stored.draft);
  usePast(stored, history, saving, useCallback((kept: unknown, revision: number) => step({ kept, begun, revision }), [begun]));
  const { node: openName } = useSearch({ strict: false });
  const others = useOthers(stored.id, openName, saving, useOthersLive(stored));
  const standing = useStanding(stored, doc, saving);
  const types = useNodeTypes();
  const ports = usePorts(doc);
  const graph = useRef<GraphHandle>(null);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set(openName ? [openName] : []));
  const [wire, setWire] = useState<string>();
  const [adding, setAdding] = useState<Adding>();
  const [isConnecting, setConnecting] = useState(false);
  const [isPublishing, setPublishing] = useState(false);
  const [isLooking, setLooking] = useState<"versions" | "settings">();
  const [runId, setRunId] = useState<string>();
  const { run, record } = useRecord(stored.id, doc, runId, openName !== undefined && may("executions.read"));
  const states = useMemo(() => run && statesOf(run), [run]);
  useTitle(doc.name);

  const [panel, setPanel] = useKept("panel height", PANEL);
  const isNarrow = useIsNarrow();
  const [wishesList, setWishesList] = useState<boolean>();
  const isList = wishesList ?? isNarrow;
  const lines = useMemo(() => (isList ? linesOf(doc) : []), [isList, doc]);
  const [openNote, setOpenNote] = useState<string>();
  const open = (name: string | undefined) =>
    name && (isNoteKey(name) || isGroupKey(name)) ? mayWrite && setOpenNote(name) : void navigate({ to: "/workflows/$id", params: { id: stored.id }, search: { node: name }, replace: true });
  // The panel takes room: the node that it is about stays in sight.
  useEffect(() => {
    if (!openName) return;
    const frame = requestAnimationFrame(() => {
      graph.current?.reveal(openName);
      reveal(openName);
    });
    return () => cancelAnimationFrame(frame);
  }, [openName]);
  const current = [...selected].at(-1);
  /** Who chooses a node more has let go of the wire: what is removed next is the node. */
  const choose = (names: ReadonlySet<string>) => {
    if ([...names].some((it) => !selected.has(it))) setWire(undefined);
    setSelected(names);
  };
  const start = useMutation({
    mutationFn: async ({ until, from, onRecord }: RunWish) => {
      await saving.save();
      const dataFrom = onRecord ? (record?.id ?? (await lastRunOf(stored.id))) : undefined;
      if (onRecord && !dataFrom) throw new Error(t("Nothing is recorded yet: run the workflow once."));
      return (await body(api.POST("/api/workflows/{id}/execute", { params: { path: { id: stored.id } }, body: { until, from, dataFrom } }))).executionId;
    },
    onSuccess: setRunId,
    onError: (error) => say(messageOf(error), "error"),
  });
  const show = (name: string) => {
    setPublishing(false);
    setSelected(new Set([name]));
    open(name);
    graph.current?.show(name);
  };
  const add = (type: NodeTypeRow) => {
    const name = type.title;
    const middle = graph.current?.middle() ?? beneath(doc);
    const after = adding?.after;
    const position = adding?.at ?? (after ? undefined : middle);
    // The id is given here: one that the server gave anew with each save would make it another node each time.
    const node = { id: newId(), name, type: type.name, version: type.version, position };
    const change = adding?.on ? insert({ ...node, position: undefined }, adding.on) : addNode({ node, after });
    apply(change);
    setAdding(undefined);
    setWire(undefined);
    // The name may have got a number; the node is the last of the next document.
    const made = change(doc).nodes?.at(-1)?.name;
    if (made) {
      setSelected(new Set([made]));
      open(made);
    }
  };
  const beginAdding = () => {
    const before = current ? nodeOf(doc, current) : undefined;
    const outputs = before ? portsOf(before, ports, types, doc).outputs.length : 0;
    setAdding(before && outputs ? { after: { name: before.name, output: 0, isLabelled: outputs > 1 } } : {});
  };
  const beginInserting = () => {
    const on = wiresOf(doc).find((it) => wireId(it) === wire) ?? wiresOf(doc).find((it) => it.from === current);
    if (on) setAdding({ on });
    else beginAdding();
  };
  const note = () => {
    apply(addNote({ position: graph.current?.middle() ?? beneath(doc) }));
    const key = addNote({})(doc).stickyNotes?.at(-1)?.id;
    if (!key) return;
    setSelected(new Set([`note:${key}`]));
    setOpenNote(`note:${key}`);
  };
  const groupSelected = () => {
    const id = newId();
    if (![...selected].some((it) => nodeOf(doc, it))) return say(t("Choose the nodes that belong together first."));
    apply(group(selected, t("Group"), id));
    setSelected(new Set([`group:${id}`]));
    setOpenNote(`group:${id}`);
  };
  const removeSelected = () => {
    const cut = wiresOf(doc).find((it) => wireId(it) === wire);
    if (cut) return apply(disconnect(cut));
    apply(remove(selected));
    setSelected(new Set());
    if (openName && selected.has(openName)) open(undefined);
  };
  // The actions stay the same ones while the document changes, or every wire would be drawn anew.
  const now = useRef(doc);
  useEffect(() => {
    now.current = doc;
  }, [doc]);
  const actions: GraphActions = useMemo(
    () => ({
      onMove: (places) => apply(move(places)),
      onConnect: (it) => apply(connect(it)),
      onLoose: (name, handle, at) => {
        const [kind, output] = handle.split(":");
        setAdding({ at, after: { name, output: Number(output ?? 0), kind } });
      },
      onSizeNote: (key, position, size) => apply((it) => changeNote(key, { position, size })(it)),
      onInsert: (id) => setAdding({ on: wiresOf(now.current).find((it) => wireId(it) === id) }),
      onCut: (id) => {
        const cut = wiresOf(now.current).find((it) => wireId(it) === id);
        if (cut) apply(disconnect(cut));
        setWire(undefined);
      },
      onSelectWire: setWire,
      onAdd: (at) => setAdding({ at }),
    }),
    [apply],
  );
  const nodes = nodesOf(doc);
  const commands = useDeskCommands({
    mayWrite,
    onAdd: beginAdding,
    onRun: () => start.mutate({}),
    onRunOne: () => current && nodeOf(doc, current) && start.mutate({ until: current, onRecord: true }),
    onRunOn: () => current && nodeOf(doc, current) && start.mutate({ from: current, onRecord: true }),
    onUndo: () => step("undo"),
    onRedo: () => step("redo"),
    onConnect: () => current && nodeOf(doc, current) && setConnecting(true),
    onDuplicate: () => apply(paste(copied(doc, withMembers(doc, selected)), newId)),
    onDisable: () => current && nodeOf(doc, current) && apply(change(current, { disabled: !nodeOf(doc, current)?.disabled })),
    onNote: note,
    onInsert: beginInserting,
    onGroup: groupSelected,
    onAll: () => setSelected(new Set([...nodesOf(doc).map((it) => it.name), ...notesOf(doc).map(noteKey)])),
    onArrange: (what) => apply(arrange(what, selected)),
    isList,
    onList: () => setWishesList(!isList),
    onFit: () => graph.current?.fit(),
    onVersions: () => setLooking("versions"),
    onSettings: () => setLooking("settings"),
    onPublish: may("workflows.publish") && nodes.length ? () => setPublishing(true) : undefined,
    onRename: () => {
      if (!current) return;
      open(current);
      setTimeout(() => document.getElementById("node-name")?.focus(), 50);
    },
  });
  useCommands(commands);
  const onKey = (event: KeyboardEvent) => {
    const step = mayWrite && !isList && event.altKey && ARROWS[event.key];
    const next = isList ? neighbourOf(lines, current, event.key) : neighbour(doc, current, event.key);
    if (step) {
      event.preventDefault();
      apply(nudge(withMembers(doc, selected), step), "nudge");
    } else if (next) {
      event.preventDefault();
      choose(new Set(event.shiftKey ? [...[...selected].filter((it) => it !== next), next] : [next]));
      graph.current?.show(next);
    } else if (event.key === "Enter" && current) open(current);
    else if (event.key === "Escape") open(undefined);
    else if ((event.key === "Delete" || event.key === "Backspace") && mayWrite) removeSelected();
  };
  const pasting = usePasting(
    (part) => {
      const change = paste(part, newId);
      const before = new Set(nodesOf(now.current).map((it) => it.name));
      apply(change);
      setSelected(new Set(nodesOf(change(now.current)).map((it) => it.name).filter((it) => !before.has(it))));
    },
    () => graph.current?.middle() ?? beneath(now.current),
  );
  const onCopy = (event: React.ClipboardEvent) => {
    if (!selected.size) return;
    event.preventDefault();
    event.clipboardData.setData("text/plain", asText(doc, withMembers(doc, selected)));
  };
  const onCut = (event: React.ClipboardEvent) => {
    onCopy(event);
    if (mayWrite && selected.size) removeSelected();
  };
  const onPaste = (event: React.ClipboardEvent) => mayWrite && pasting(event.clipboardData.getData("text/plain"));
  const onDragOver = (event: DragEvent) => mayWrite && event.dataTransfer.types.includes("Files") && event.preventDefault();
  const onDrop = (event: DragEvent) => {
    const file = event.dataTransfer.files[0];
    if (!mayWrite || !file) return;
    event.preventDefault();
    const at = graph.current?.placeAt(event.clientX, event.clientY);
    void file.text().then((text) => pasting(text, at));
  };
  const chosen = openName ? nodeOf(doc, openName) : undefined;
  return (
    <div className="relative flex h-full min-h-0 flex-col">
      <Bar
        stored={stored}
        doc={doc}
        saving={saving}
        others={others}
        standing={standing}
        onVersions={() => setLooking("versions")}
        onSettings={() => setLooking("settings")}
        mayWrite={mayWrite}
        isBusy={start.isPending}
        onName={(name) => apply((it) => ({ ...it, name }), "name")}
        onRun={may("workflows.run") ? () => start.mutate({}) : undefined}
        onPublish={may("workflows.publish") ? () => setPublishing(true) : undefined}
      />
      <div className="relative min-h-40 flex-1">
        <div
          {...(isList
            ? { role: lines.length ? "tree" : "group", "aria-multiselectable": lines.length > 0 || undefined, "aria-label": t("Outline of the workflow, {{count}} nodes", { count: nodes.length }) }
            : { role: "application", "aria-label": t("Workflow graph, {{count}} nodes", { count: nodes.length }) })}
          tabIndex={0}
          aria-activedescendant={current && (isList ? rowId(current) : `node-${encodeURIComponent(current)}`)}
          className={clsx("h-full -outline-offset-2!", isList && "overflow-y-auto bg-surface pb-20", isList && run && "pt-13")}
          onKeyDown={onKey}
          onCopy={onCopy}
          onCut={onCut}
          onPaste={onPaste}
          onDragOver={onDragOver}
          onDrop={onDrop}
        >
          {isList ? (
            <Outline lines={lines} types={types} ports={ports} states={states} troubles={standing.troubles} pinned={doc.pinnedData} selected={selected} current={current} onSelect={choose} onOpen={open} />
          ) : (
            <Graph ref={graph} document={doc} types={types} ports={ports} states={states} troubles={standing.troubles} selected={selected} selectedWire={wire} onSelect={choose} onOpen={open} actions={mayWrite ? actions : undefined} />
          )}
        </div>
        <RunStrip run={run} onClear={() => setRunId(undefined)} />
        {nodes.length === 0 && mayWrite && <p className="pointer-events-none absolute inset-x-4 top-1/3 text-center text-read text-text2">{isList ? t("No nodes yet. Add the one that starts.") : t("An empty canvas. Press N, or double click, to add the node that starts.")}</p>}
        {/* What is left beside the panel is for the list. */}
        {!(isList && isNarrow && openName) && <Tools mayWrite={mayWrite} history={history} graph={graph} nChosen={selected.size} isList={isList} onList={() => setWishesList(!isList)} onAdd={beginAdding} onNote={note} onArrange={(what) => apply(arrange(what, selected))} onStep={step} />}
      </div>
      {chosen && (
        <div className="h-(--panel) shrink-0 border-t max-sm:h-[65%] max-sm:min-h-0 max-sm:shrink" style={{ "--panel": `${panel}%` } as CSSProperties}>
          <NodePanel doc={doc} node={chosen} record={record} mayWrite={mayWrite} mayRun={may("workflows.run")} onChange={apply} onRename={(to) => { setSelected(new Set([to])); open(to); }} onRun={(wish) => start.mutate(wish)} onSave={saving.save} onOpen={show} onClose={() => open(undefined)} />
        </div>
      )}
      {chosen && <Divider label={t("Height of the panel")} edge="top" share={panel} usual={PANEL} least={25} most={75} onShare={setPanel} className="max-sm:hidden" />}
      <NodePalette open={adding !== undefined} types={types} noTriggers={Boolean(adding?.after ?? adding?.on)} onClose={() => setAdding(undefined)} onChoose={add} />
      {openNote && noteOf(doc, openNote) && (
        <NoteDialog
          note={noteOf(doc, openNote) ?? { content: "" }}
          onChange={(fields, about) => apply(changeNote(openNote, fields), `${openNote} ${about}`)}
          onRemove={() => { apply(remove(new Set([openNote]))); setOpenNote(undefined); }}
          onClose={() => setOpenNote(undefined)}
        />
      )}
      {openNote && groupOf(doc, openNote) && (
        <GroupDialog
          group={groupOf(doc, openNote) ?? { name: "" }}
          onChange={(fields, about) => apply(changeGroup(openNote, fields), `${openNote} ${about}`)}
          onRemove={() => { apply(remove(new Set([openNote]))); setOpenNote(undefined); }}
          onClose={() => setOpenNote(undefined)}
        />
      )}
      {isPublishing && <PublishDialog stored={stored} doc={doc} saving={saving} onClose={() => setPublishing(false)} onShow={show} />}
      {isLooking === "settings" && <SettingsDialog doc={doc} workflowId={stored.id} mayWrite={mayWrite} onChange={apply} onClose={() => setLooking(undefined)} />}
      {isLooking === "versions" && (
        <VersionsDialog
          stored={stored}
          doc={doc}
          saving={saving}
          mayWrite={mayWrite}
          mayPublish={may("workflows.publish")}
          onRestore={(document) => apply(() => document)}
          onUndo={() => step("undo")}
          onShow={show}
          onClose={() => setLooking(undefined)}
        />
      )}
      {isConnecting && current && <ConnectDialog doc={doc} from={current} ports={ports.get(current)} onClose={() => setConnecting(false)} onConnect={(it) => apply(connect(it))} />}
    </div>
  );
}
