// The colours and measures of code fields, from the page's own.
import { HighlightStyle } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

export const colors = HighlightStyle.define([
  { tag: [tags.keyword, tags.bool, tags.null, tags.controlKeyword, tags.definitionKeyword, tags.operatorKeyword], color: "var(--pin)" },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: "var(--ok)" },
  { tag: tags.number, color: "var(--wait)" },
  { tag: tags.comment, color: "var(--text3)", fontStyle: "italic" },
  { tag: [tags.special(tags.variableName), tags.brace], color: "var(--accent-text)" },
  { tag: [tags.function(tags.variableName), tags.function(tags.propertyName)], color: "var(--run)" },
  { tag: tags.invalid, color: "var(--err)" },
]);

export const look = EditorView.theme({
  "&": { backgroundColor: "var(--sunken)", color: "var(--text)", border: "1px solid var(--control)", borderRadius: "6px", fontSize: "0.75rem" },
  "&:hover": { borderColor: "var(--text3)" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "1px" },
  ".cm-scroller": { fontFamily: "var(--font-mono)", lineHeight: "1.15rem", maxHeight: "24rem" },
  ".cm-content": { padding: "0.35rem 0", minHeight: "1.85rem", caretColor: "var(--text)" },
  ".cm-line": { padding: "0 0.6rem" },
  "&:has(.cm-gutters) .cm-content": { minHeight: "10rem" },
  ".cm-gutters": { backgroundColor: "var(--sunken)", color: "var(--text3)", border: "none", borderRadius: "6px 0 0 6px" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "transparent" },
  "&.cm-focused .cm-activeLine, &.cm-focused .cm-activeLineGutter": { backgroundColor: "var(--hover)" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--accent-soft)", color: "inherit" },
  ".cm-tooltip": { backgroundColor: "var(--surface)", color: "var(--text)", border: "1px solid var(--line)", borderRadius: "8px", boxShadow: "0 8px 24px -6px rgb(0 0 0 / var(--shade2))", overflow: "hidden" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--font-mono)", maxHeight: "14rem" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "0.2rem 0.6rem", display: "flex", gap: "0.75rem" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent-soft)", color: "var(--accent-text)" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "600" },
  ".cm-completionDetail": { color: "var(--text3)", fontStyle: "normal", marginLeft: "auto", maxWidth: "14rem", overflow: "hidden", textOverflow: "ellipsis" },
});
