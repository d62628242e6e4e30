// `JSON.parse` with the messages that people look for.
(function (host, library) {
  "use strict";

  const parse = JSON.parse;
  const CONTEXT = 10;

  // Where V8 would stop, and what it would say.
  function fault(text) {
    let at = 0;
    const stop = (message) => { throw { at, message }; };
    const space = () => { while (at < text.length && " \t\n\r".includes(text[at])) at++; };
    const unexpected = () => {
      if (at >= text.length) stop("Unexpected end of JSON input");
      const it = text[at];
      if (it === '"') stop("Unexpected string in JSON%");
      if (/[-0-9]/.test(it)) stop("Unexpected number in JSON%");
      stop(undefined);
    };
    const string = () => {
      at++;
      for (;;) {
        if (at >= text.length) stop("Unterminated string in JSON%");
        const it = text[at];
        if (it === '"') { at++; return; }
        if (it < " ") stop("Bad control character in string literal in JSON%");
        if (it === "\\") {
          at++;
          if (at >= text.length) stop("Unterminated string in JSON%");
          if (text[at] === "u") {
            for (let digit = 1; digit <= 4; digit++) {
              if (!/[0-9a-fA-F]/.test(text[at + digit] ?? "")) { at += digit; stop("Bad Unicode escape in JSON%"); }
            }
            at += 4;
          } else if (!'"\\/bfnrt'.includes(text[at])) stop("Bad escaped character in JSON%");
        }
        at++;
      }
    };
    const digits = () => { const from = at; while (/[0-9]/.test(text[at] ?? "")) at++; return at > from; };
    const number = () => {
      if (text[at] === "-") { at++; if (!/[0-9]/.test(text[at] ?? "")) stop("No number after minus sign in JSON%"); }
      if (text[at] === "0") { at++; if (/[0-9]/.test(text[at] ?? "")) stop("Unexpected number in JSON%"); } else digits();
      if (text[at] === ".") { at++; if (!digits()) stop("Unterminated fractional number in JSON%"); }
      if (text[at] === "e" || text[at] === "E") {
        at++;
        if (text[at] === "+" || text[at] === "-") at++;
        if (!digits()) stop("Exponent part is missing a number in JSON%");
      }
    };
    const word = (it) => {
      for (const letter of it) { if (text[at] !== letter) unexpected(); at++; }
    };
    const value = (depth) => {
      if (depth > 2000) stop("the JSON nests too deep%");
      space();
      const it = text[at];
      if (it === "{") {
        at++; space();
        if (text[at] === "}") { at++; return; }
        for (let first = true; ; first = false) {
          space();
          if (text[at] !== '"') {
            if (at >= text.length && !first) stop("Unexpected end of JSON input");
            stop(first ? "Expected property name or '}' in JSON%" : "Expected double-quoted property name in JSON%");
          }
          string(); space();
          if (text[at] !== ":") stop("Expected ':' after property name in JSON%");
          at++; value(depth + 1); space();
          if (text[at] === ",") { at++; continue; }
          if (text[at] === "}") { at++; return; }
          stop("Expected ',' or '}' after property value in JSON%");
        }
      }
      if (it === "[") {
        at++; space();
        if (text[at] === "]") { at++; return; }
        for (;;) {
          value(depth + 1); space();
          if (text[at] === ",") { at++; continue; }
          if (text[at] === "]") { at++; return; }
          stop("Expected ',' or ']' after array element in JSON%");
        }
      }
      if (it === '"') return string();
      if (it === "-" || /[0-9]/.test(it ?? "")) return number();
      if (it === "t") return word("true");
      if (it === "f") return word("false");
      if (it === "n") return word("null");
      unexpected();
    };
    try {
      value(0);
      space();
      if (at >= text.length) return undefined;
      return `Unexpected non-whitespace character after JSON${where(text, at)}`;
    } catch (found) {
      if (found.message !== undefined) return found.message.replace("%", where(text, found.at));
      return token(text, found.at);
    }
  }
  function where(text, at) {
    const before = text.slice(0, at).split("\n");
    return ` at position ${at} (line ${before.length} column ${before.at(-1).length + 1})`;
  }
  function token(text, at) {
    const start = at < CONTEXT ? 0 : at - CONTEXT, end = at < text.length - CONTEXT ? at + CONTEXT : text.length;
    const short = text.length <= 2 * CONTEXT;
    const shown = short ? text : text.slice(start, end);
    const [before, after] = [!short && start > 0 ? "..." : "", !short && end < text.length ? "..." : ""];
    return `Unexpected token '${text[at]}', ${before}"${shown}"${after} is not valid JSON`;
  }

  function told(given) {
    const text = String(given);
    if (given === undefined || (typeof given === "object" && given !== null)) return `"${text}" is not valid JSON`;
    return fault(text);
  }

  Object.defineProperty(JSON, "parse", {
    value: { parse(text, reviver) {
      try {
        return reviver === undefined ? parse(text) : parse(text, reviver);
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        const message = told(text);
        if (message !== undefined) error.message = message;
        throw error;
      }
    } }.parse,
    writable: true, configurable: true,
  });

  // `catch` shows errors in the words that people know.
  library.names.$$caught = () => (error) => {
    if (!(error instanceof Error) || typeof error.message !== "string") return;
    const message = host.wording(error.message, String(error.stack ?? ""));
    if (message !== undefined) error.message = message;
  };
})
