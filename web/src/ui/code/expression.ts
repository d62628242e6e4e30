// The colours of text with `{{ }}` in it: only what stands in the braces has any.
import { StreamLanguage } from "@codemirror/language";

const TOKENS: [RegExp, string][] = [
  [/^(["'])(?:\\.|(?!\1)[^\\])*\1?/, "string"],
  [/^`(?:\\.|[^`\\])*`?/, "string"],
  [/^\d[\d_.eE]*/, "number"],
  [/^\$[\w$]*/, "variableName.special"],
  [/^(?:true|false|null|undefined|new|typeof|in|of|instanceof)\b/, "keyword"],
  [/^[A-Za-z_][\w$]*/, "variableName"],
];

export const expression = StreamLanguage.define<{ isInside: boolean }>({
  startState: () => ({ isInside: false }),
  token(stream, state) {
    if (stream.match(state.isInside ? "}}" : "{{")) {
      state.isInside = !state.isInside;
      return "brace";
    }
    if (!state.isInside) {
      stream.next();
      stream.eatWhile(/[^{]/);
      return null;
    }
    for (const [pattern, name] of TOKENS) if (stream.match(pattern)) return name;
    stream.next();
    return null;
  },
});
