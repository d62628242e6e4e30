// JavaScript, for fields of code.
import type { CompletionSource } from "@codemirror/autocomplete";
import { javascript, localCompletionSource } from "@codemirror/lang-javascript";
import { StateEffect } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";

/** Makes the text a script; gives the source of the names that it has of its own. */
export function script(view: EditorView): CompletionSource {
  view.dispatch({ effects: StateEffect.appendConfig.of(javascript()) });
  return localCompletionSource;
}
