// `$jmespath(data, query)`: the query language of jmespath.org.
(function (host, library) {
  "use strict";

  // How tightly what follows an expression binds.
  const POWER = { pipe: 1, or: 2, and: 3, compare: 5, flatten: 9, star: 20, filter: 21, dot: 40, not: 45, brace: 50, bracket: 55, paren: 60 };
  const TOKEN = /\s+|(?<name>[A-Za-z_]\w*)|(?<quoted>"(?:[^"\\]|\\.)*")|(?<raw>'(?:[^'\\]|\\.)*')|(?<literal>`(?:[^`\\]|\\.)*`)|(?<number>-?\d+)|(?<mark>\|\||&&|==|!=|<=|>=|\[\?|\[\]|[.*,:@&(){}[\]|<>!])/y;

  function tokens(text) {
    const res = [];
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < text.length) {
      const at = TOKEN.lastIndex;
      const found = TOKEN.exec(text);
      if (found === null) throw new Error(`jmespath: unexpected "${text[at]}" at ${at}`);
      const { name, quoted, raw, literal, number, mark } = found.groups;
      if (name !== undefined) res.push({ type: "name", value: name });
      else if (quoted !== undefined) res.push({ type: "quoted", value: JSON.parse(quoted) });
      else if (raw !== undefined) res.push({ type: "literal", value: raw.slice(1, -1).replaceAll("\\'", "'") });
      else if (literal !== undefined) res.push({ type: "literal", value: literalOf(literal.slice(1, -1).replaceAll("\\`", "`")) });
      else if (number !== undefined) res.push({ type: "number", value: Number(number) });
      else if (mark !== undefined) res.push({ type: mark });
    }
    res.push({ type: "end" });
    return res;
  }
  function literalOf(text) {
    const trimmed = text.trimStart();
    try { return JSON.parse(trimmed); } catch { return trimmed; }
  }

  const COMPARE = new Set(["==", "!=", "<", "<=", ">", ">="]);
  function powerOf(type) {
    if (COMPARE.has(type)) return POWER.compare;
    return { "|": POWER.pipe, "||": POWER.or, "&&": POWER.and, "[]": POWER.flatten, "*": POWER.star, "[?": POWER.filter, ".": POWER.dot, "[": POWER.bracket, "(": POWER.paren }[type] ?? 0;
  }

  // A parser by binding power; each node is a function of the data at hand.
  function parse(text) {
    const all = tokens(text);
    let at = 0;
    const peek = (ahead = 0) => all[at + ahead].type;
    const take = () => all[at++];
    function need(type) {
      if (peek() !== type) throw new Error(`jmespath: expected ${type}, found ${peek() === "end" ? "the end" : peek()}`);
      return take();
    }

    function expression(power) {
      let left = prefix(take());
      while (power < powerOf(peek())) left = suffix(left, take());
      return left;
    }

    function prefix(token) {
      switch (token.type) {
        case "literal": return () => token.value;
        case "name": return peek() === "(" ? callOf(token.value) : field(token.value);
        case "quoted": return field(token.value);
        case "@": return (data) => data;
        case "!": { const inner = expression(POWER.not); return (data) => !truth(inner(data)); }
        case "(": { const inner = expression(0); need(")"); return (data) => inner(data); }
        case "&": { const inner = expression(0); return () => ({ $by: inner }); }
        case "{": return hash();
        case "*": return values((data) => data, projected(POWER.star));
        case "[]": return flatten((data) => data, projected(POWER.flatten));
        case "[?": return filter((data) => data);
        case "[":
          if (peek() === "number" || peek() === ":") return indexOrSlice((data) => data);
          if (peek() === "*" && peek(1) === "]") { take(); take(); return each((data) => data, projected(POWER.star)); }
          return list();
        default: throw new Error(`jmespath: unexpected ${token.type === "end" ? "end" : token.type}`);
      }
    }

    function suffix(left, token) {
      switch (token.type) {
        case ".": {
          if (peek() === "*") { take(); return values(left, projected(POWER.star)); }
          const right = dotted(POWER.dot);
          return (data) => right(left(data));
        }
        case "|": { const right = expression(POWER.pipe); return (data) => right(left(data)); }
        case "||": { const right = expression(POWER.or); return (data) => { const it = left(data); return truth(it) ? it : right(data); }; }
        case "&&": { const right = expression(POWER.and); return (data) => { const it = left(data); return truth(it) ? right(data) : it; }; }
        case "[]": return flatten(left, projected(POWER.flatten));
        case "[?": return filter(left);
        case "[":
          if (peek() === "number" || peek() === ":") return indexOrSlice(left);
          need("*"); need("]");
          return each(left, projected(POWER.star));
        default: {
          const right = expression(POWER.compare);
          const compare = token.type;
          return (data) => compared(compare, left(data), right(data));
        }
      }
    }

    // What may stand after a dot.
    function dotted(power) {
      switch (peek()) {
        case "name": case "quoted": case "*": return expression(power);
        case "[": take(); return guarded(list());
        case "{": take(); return guarded(hash());
        default: throw new Error("jmespath: expected a name after the dot");
      }
    }
    const guarded = (inner) => (data) => (data === null || data === undefined ? null : inner(data));

    // What is asked of each element of a projection; undefined when nothing is.
    function projected(power) {
      if (powerOf(peek()) < 10) return undefined;
      if (peek() === "[" || peek() === "[?") return expressionFrom(power);
      if (peek() === ".") { take(); return continued(dotted(power), power); }
      throw new Error(`jmespath: unexpected ${peek()} after a projection`);
    }
    function expressionFrom(power) {
      return continued(suffix((data) => data, take()), power);
    }
    function continued(start, power) {
      let left = start;
      while (power < powerOf(peek())) left = suffix(left, take());
      return left;
    }

    function indexOrSlice(left) {
      const parts = [undefined, undefined, undefined];
      let place = 0;
      while (peek() !== "]") {
        if (peek() === ":") { take(); if (++place > 2) throw new Error("jmespath: a slice has three parts at most"); }
        else parts[place] = need("number").value;
      }
      need("]");
      if (place === 0) {
        const index = parts[0];
        return (data) => { const it = left(data); return Array.isArray(it) ? it.at(index) ?? null : null; };
      }
      if (parts[2] === 0) throw new Error("jmespath: the step of a slice is not 0");
      return each((data) => sliced(left(data), parts), projected(POWER.star));
    }

    function filter(left) {
      const condition = expression(0);
      need("]");
      const right = projected(POWER.filter);
      return each((data) => { const it = left(data); return Array.isArray(it) ? it.filter((entry) => truth(condition(entry))) : null; }, right);
    }

    function list() {
      const parts = [];
      do parts.push(expression(0)); while (peek() === "," && take());
      need("]");
      return guarded((data) => parts.map((it) => it(data) ?? null));
    }
    function hash() {
      const parts = [];
      do {
        const key = take();
        if (key.type !== "name" && key.type !== "quoted") throw new Error("jmespath: expected a key");
        need(":");
        parts.push([key.value, expression(0)]);
      } while (peek() === "," && take());
      need("}");
      return guarded((data) => Object.fromEntries(parts.map(([key, it]) => [key, it(data) ?? null])));
    }

    function callOf(name) {
      take();
      const given = [];
      while (peek() !== ")") { given.push(expression(0)); if (peek() === ",") take(); }
      take();
      const call = FUNCTIONS[name];
      if (call === undefined) throw new Error(`jmespath: unknown function ${name}()`);
      return (data) => call(...given.map((it) => it(data)));
    }

    const res = expression(0);
    if (peek() !== "end") throw new Error(`jmespath: unexpected ${peek()}`);
    return res;
  }

  const field = (name) => (data) => (data !== null && typeof data === "object" && !Array.isArray(data) && Object.hasOwn(data, name) ? data[name] ?? null : null);
  const keep = (list, right) => (right === undefined ? list : list.map(right)).filter((it) => it !== null && it !== undefined);
  const each = (left, right) => (data) => { const it = left(data); return Array.isArray(it) ? keep(it, right) : null; };
  const values = (left, right) => (data) => {
    const it = left(data);
    return it !== null && typeof it === "object" && !Array.isArray(it) ? keep(Object.values(it), right) : null;
  };
  const flatten = (left, right) => (data) => { const it = left(data); return Array.isArray(it) ? keep(it.flat(1), right) : null; };
  function sliced(it, [start, stop, step = 1]) {
    if (!Array.isArray(it)) return null;
    const size = it.length, down = step < 0;
    const bound = (at, otherwise) => {
      if (at === undefined) return otherwise;
      const place = at < 0 ? at + size : at;
      return Math.max(down ? -1 : 0, Math.min(place, down ? size - 1 : size));
    };
    const res = [];
    const end = bound(stop, down ? -1 : size);
    for (let at = bound(start, down ? size - 1 : 0); down ? at > end : at < end; at += step) res.push(it[at]);
    return res;
  }
  function truth(it) {
    if (it === null || it === undefined || it === false || it === "") return false;
    return typeof it !== "object" || Object.keys(it).length > 0;
  }
  function compared(how, a, b) {
    if (how === "==") return library.equal(a ?? null, b ?? null);
    if (how === "!=") return !library.equal(a ?? null, b ?? null);
    if (typeof a !== "number" || typeof b !== "number") return null;
    return { "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b }[how];
  }

  function need(name, ok) {
    if (!ok) throw new TypeError(`jmespath: ${name}() got an argument of the wrong type`);
  }
  const isObject = (it) => it !== null && typeof it === "object" && !Array.isArray(it);
  const typeOf = (it) => (it === null || it === undefined ? "null" : Array.isArray(it) ? "array" : typeof it);
  const order = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
  const best = (name, sign) => (list, by) => {
    need(name, Array.isArray(list));
    const key = by === undefined ? (it) => it : by.$by;
    return list.reduce((found, it) => (found === null || sign * order(key(it), key(found)) > 0 ? it : found), null);
  };
  const FUNCTIONS = {
    abs: (it) => Math.abs(it), ceil: (it) => Math.ceil(it), floor: (it) => Math.floor(it),
    avg: (list) => { need("avg", Array.isArray(list)); return list.length === 0 ? null : FUNCTIONS.sum(list) / list.length; },
    sum: (list) => { need("sum", Array.isArray(list)); return list.reduce((sum, it) => sum + it, 0); },
    contains: (it, what) => { need("contains", Array.isArray(it) || typeof it === "string"); return it.includes(what); },
    starts_with: (it, what) => { need("starts_with", typeof it === "string"); return it.startsWith(what); },
    ends_with: (it, what) => { need("ends_with", typeof it === "string"); return it.endsWith(what); },
    join: (glue, list) => { need("join", Array.isArray(list)); return list.join(glue); },
    keys: (it) => { need("keys", isObject(it)); return Object.keys(it); },
    values: (it) => { need("values", isObject(it)); return Object.values(it); },
    length: (it) => { need("length", typeof it === "string" || (it !== null && typeof it === "object")); return typeof it === "string" ? [...it].length : Object.keys(it).length; },
    map: (by, list) => { need("map", Array.isArray(list)); return list.map((it) => by.$by(it) ?? null); },
    max: best("max", 1), min: best("min", -1), max_by: best("max_by", 1), min_by: best("min_by", -1),
    merge: (...all) => Object.assign({}, ...all),
    not_null: (...all) => all.find((it) => it !== null && it !== undefined) ?? null,
    reverse: (it) => (typeof it === "string" ? [...it].reverse().join("") : it.toReversed()),
    sort: (list) => { need("sort", Array.isArray(list)); return list.toSorted(order); },
    sort_by: (list, by) => { need("sort_by", Array.isArray(list)); return list.toSorted((a, b) => order(by.$by(a), by.$by(b))); },
    to_array: (it) => (Array.isArray(it) ? it : [it]),
    to_string: (it) => (typeof it === "string" ? it : JSON.stringify(it)),
    to_number: (it) => { const number = typeof it === "string" && it.trim() !== "" ? Number(it) : it; return typeof number === "number" && !Number.isNaN(number) ? number : null; },
    type: typeOf,
  };

  function search(data, query) {
    if (typeof query !== "string" || typeof data !== "object") {
      throw new library.ExpressionError("expected two arguments (Object, string) for this function");
    }
    return parse(query)(data ?? null);
  }
  library.names.$jmespath = () => search;
  library.names.$jmesPath = () => search;
})
