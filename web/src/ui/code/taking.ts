// Enter takes the offer also while the offers are being renewed; CodeMirror alone would begin a new line.
import { acceptCompletion, completionStatus, currentCompletions } from "@codemirror/autocomplete";
import { insertNewlineAndIndent } from "@codemirror/commands";
import { Prec, type Extension } from "@codemirror/state";
import { keymap, ViewPlugin, type EditorView, type ViewUpdate } from "@codemirror/view";

const waiting = ViewPlugin.fromClass(
  class {
    /** Enter was pressed while the offers in sight were being renewed. */
    isWanted = false;

    update({ state, view, docChanged, selectionSet }: ViewUpdate) {
      if (!this.isWanted || (completionStatus(state) === "pending" && !docChanged && !selectionSet)) return;
      this.isWanted = false;
      // Whoever typed on, or went elsewhere, no longer wants it.
      if (docChanged || selectionSet) return;
      const isOffered = currentCompletions(state).length > 0;
      queueMicrotask(() => {
        if (view.dom.isConnected && view.state === state) (isOffered ? acceptCompletion : insertNewlineAndIndent)(view);
      });
    }
  },
);

function take(view: EditorView): boolean {
  const wait = view.plugin(waiting);
  const isInSight = view.dom.querySelector(".cm-tooltip-autocomplete") !== null;
  if (!wait || !isInSight || completionStatus(view.state) !== "pending") return false;
  wait.isWanted = true;
  return true;
}

export const taking: Extension = [waiting, Prec.highest(keymap.of([{ key: "Enter", run: take }]))];
