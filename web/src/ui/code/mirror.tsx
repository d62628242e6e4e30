// The field itself: CodeMirror, in our colours.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, type Completion, type CompletionContext, type CompletionResult, type CompletionSource } from "@codemirror/autocomplete";
import { defaultKeymap } from "@codemirror/commands";
import { bracketMatching, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { Annotation, EditorState, type Extension } from "@codemirror/state";
import { EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { useEffect, useRef, type RefObject } from "react";
import type { CodeProps, Cursor, Suggestion } from "../code";
import { expression } from "./expression";
import { colors, look } from "./look";
import { taking } from "./taking";

/** Changes that come from outside are not told to the outside. */
const FromOutside = Annotation.define<true>();

export default function Mirror(props: CodeProps & { cursor: RefObject<Cursor> }) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const latest = useRef(props);
  const isFresh = useRef(true);
  useEffect(() => { latest.current = props; });
  const { language, value } = props;
  useEffect(() => {
    const parent = host.current;
    if (!parent) return;
    const own: Own = {};
    const made = new EditorView({ parent, state: EditorState.create({ doc: latest.current.value, extensions: extensions(parent, latest, own) }) });
    view.current = made;
    isFresh.current = true;
    if (language === "javascript") void addScript(made, own);
    const at = latest.current.cursor.current;
    if (at !== undefined) {
      made.focus();
      begin(made, at);
    }
    return () => {
      view.current = undefined;
      made.destroy();
    };
  }, [language]);
  useEffect(() => {
    // What it begins with is in it; braces that it has just added are not taken back.
    if (isFresh.current) {
      isFresh.current = false;
      return;
    }
    const now = view.current;
    const text = now?.state.doc.toString();
    if (!now || text === undefined || text === value) return;
    now.dispatch({ changes: { from: 0, to: text.length, insert: value }, annotations: FromOutside.of(true) });
  }, [value]);
  return <div ref={host} className="min-w-0" />;
}

/** The cursor goes on where it stood; after two braces, between them and the two that end it. */
function begin(view: EditorView, at: number) {
  const text = view.state.doc.toString();
  const anchor = Math.min(at, text.length);
  const isOpen = anchor === text.length && text.endsWith("{{");
  view.dispatch(isOpen ? { changes: { from: anchor, insert: "  }}" }, selection: { anchor: anchor + 1 } } : { selection: { anchor } });
}

/** The names of a script itself, once its language is there. */
interface Own {
  names?: CompletionSource;
}

function extensions(parent: HTMLElement, latest: RefObject<CodeProps>, own: Own): Extension[] {
  const { id, label, language, "aria-describedby": describedBy } = latest.current;
  const isLocked = parent.closest("fieldset:disabled") !== null;
  const attributes: Record<string, string> = { "aria-label": label, "aria-multiline": "true", spellcheck: "false", autocorrect: "off", autocapitalize: "off" };
  if (id) attributes.id = id;
  if (describedBy) attributes["aria-describedby"] = describedBy;
  return [
    // Its own past is left out: one step back is the document's, as in every other field.
    keymap.of([...closeBracketsKeymap, ...completionKeymap, ...defaultKeymap]),
    closeBrackets(),
    bracketMatching(),
    EditorView.lineWrapping,
    EditorState.readOnly.of(isLocked),
    EditorView.editable.of(!isLocked),
    EditorView.contentAttributes.of(attributes),
    autocompletion({ override: [suggestions(latest), (context) => own.names?.(context) ?? null], icons: false, interactionDelay: 0 }),
    taking,
    syntaxHighlighting(colors),
    look,
    ...(language === "expression" ? [expression] : [lineNumbers(), highlightActiveLine(), indentOnInput()]),
    EditorView.updateListener.of((update) => {
      if (update.docChanged && !update.transactions.some((it) => it.annotation(FromOutside))) latest.current.onChange(update.state.doc.toString());
    }),
    EditorView.domEventHandlers({
      drop: (event, view) => {
        // What a click hands over comes to where the caret was left.
        const at = event.isTrusted ? (view.posAtCoords({ x: event.clientX, y: event.clientY }) ?? view.state.doc.length) : view.state.selection.main.head;
        const insert = event.dataTransfer && latest.current.onDropped?.(event.dataTransfer, view.state.sliceDoc(0, at));
        if (!insert) return false;
        event.preventDefault();
        view.dispatch({ changes: { from: at, insert }, selection: { anchor: at + insert.length } });
        view.focus();
        return true;
      },
    }),
  ];
}

/** The language comes later: an expression does not need it. */
async function addScript(view: EditorView, own: Own) {
  const { script } = await import("./script");
  if (view.dom.isConnected) own.names = script(view);
}

function suggestions(latest: RefObject<CodeProps>) {
  return ({ state, pos, explicit }: CompletionContext): CompletionResult | null => {
    const text = state.doc.toString();
    const found = latest.current.suggest?.(text, pos);
    if (!found?.options.length) return null;
    // Nothing springs open over a blank, only after a dot, within a name, or when asked for; and where a node is to
    // be named.
    if (!explicit && found.from === pos && !/(?:[."']|\$(?:items)?\()$/.test(text.slice(0, pos))) return null;
    return { from: found.from, options: found.options.map(option), validFor: /^[\w$]*$/ };
  };
}

function option({ label, detail, kind, apply, eats }: Suggestion): Completion {
  return {
    label,
    detail,
    type: kind,
    // Fields of the data before methods.
    boost: kind === "field" ? 2 : kind === "node" ? 1 : 0,
    apply: (view, _, from, to) => {
      const insert = apply ?? label;
      const start = from - (eats ?? 0);
      view.dispatch({ changes: { from: start, to, insert }, selection: { anchor: start + insert.length }, userEvent: "input.complete" });
    },
  };
}
