// The editor's commands with their keys, for the palette and the sheet.
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Command } from "~/lib/commands";
import { arrangements, type Arrangement } from "./arrange";

interface Runs {
  mayWrite: boolean;
  onAdd: () => void;
  onRun: () => void;
  onRunOne: () => void;
  onRunOn: () => void;
  onUndo: () => void;
  onRedo: () => void;
  onConnect: () => void;
  onDuplicate: () => void;
  onDisable: () => void;
  onRename: () => void;
  /** The outline is shown in place of the graph. */
  isList: boolean;
  onList: () => void;
  onFit: () => void;
  onNote: () => void;
  onInsert: () => void;
  onGroup: () => void;
  onAll: () => void;
  onArrange: (what: Arrangement) => void;
  onVersions: () => void;
  onSettings: () => void;
  /** Nothing where one may not, or where there is nothing to publish. */
  onPublish?: () => void;
}

export function useDeskCommands(runs: Runs): Command[] {
  const { t } = useTranslation();
  return useMemo(() => {
    const group = t("Editor");
    const canvas = t("On the canvas");
    // The canvas hears these by itself.
    const told = (title: string, keys: string): Command => ({ id: `canvas ${keys}`, title, group: canvas, keys });
    const walking = [
      told(t("Along the wires, and between branches"), "← → ↑ ↓"),
      told(t("To the start, or to the last node"), "Home End"),
      told(t("From note to note"), "PageUp PageDown"),
      told(t("Choose one more on the way"), "Shift ←→↑↓"),
      told(t("Open the chosen one"), "Enter"),
      told(t("Close its panel"), "Esc"),
    ];
    const changing = [
      told(t("Move what is chosen"), "Alt ←→↑↓"),
      told(t("Delete what is chosen"), "Del"),
      told(t("Copy, cut and paste"), "Ctrl C X V"),
    ];
    const writing: Command[] = [
      { id: "add node", title: t("Add a node"), group, keys: "N", run: runs.onAdd },
      { id: "connect", title: t("Connect the chosen node"), group, keys: "C", run: runs.onConnect },
      { id: "rename", title: t("Rename the chosen node"), group, keys: "F2", run: runs.onRename },
      { id: "duplicate", title: t("Duplicate what is chosen"), group, keys: "Ctrl D", run: runs.onDuplicate },
      { id: "disable", title: t("Turn the chosen node off or on"), group, keys: "O", run: runs.onDisable },
      { id: "insert", title: t("Insert a node behind the chosen one"), group, keys: "I", run: runs.onInsert },
      { id: "note", title: t("Add a note"), group, keys: "S", run: runs.onNote },
      { id: "group", title: t("Put a frame around what is chosen"), group, keys: "Ctrl G", run: runs.onGroup },
      { id: "all", title: t("Choose everything"), group, keys: "Ctrl A", run: runs.onAll },
      ...arrangements(t).map((it): Command => ({ id: it.what, title: it.title, group, keys: it.what === "tidy" ? "T" : undefined, run: () => runs.onArrange(it.what) })),
      { id: "undo", title: t("Undo"), group, keys: "Ctrl Z", run: runs.onUndo },
      { id: "redo", title: t("Redo"), group, keys: "Ctrl Y", run: runs.onRedo },
    ];
    return [
      { id: "run", title: t("Run the draft"), group, keys: "Ctrl Enter", run: runs.onRun },
      { id: "run one", title: t("Run only the chosen node, on recorded data"), group, keys: "R", run: runs.onRunOne },
      { id: "run on", title: t("Run from the chosen node on, on recorded data"), group, run: runs.onRunOn },
      ...(runs.mayWrite ? writing : []),
      ...(runs.onPublish ? [{ id: "publish", title: t("Publish the draft"), group, run: runs.onPublish }] : []),
      { id: "versions", title: t("See the versions"), group, run: runs.onVersions },
      { id: "settings", title: t("Settings of the workflow"), group, run: runs.onSettings },
      ...walking,
      ...(runs.mayWrite ? changing : []),
      { id: "outline", title: runs.isList ? t("Show the graph") : t("Show the outline"), group, keys: "L", run: runs.onList },
      { id: "fit", title: t("Show the whole graph"), group, keys: "!", run: runs.onFit },
    ];
  }, [t, runs]);
}
