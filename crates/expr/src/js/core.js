// What the other scripts of the prelude stand on: the clock, names, one evaluation after another.
(function (host, library) {
  "use strict";

  // The names that expressions and scripts may use: a function each, asked once per evaluation.
  // Later scripts add theirs: `library.names.$now = () => library.DateTime.now()`.
  library.names = Object.create(null);
  // Names that scripts have and expressions have not.
  library.scriptNames = Object.create(null);
  // Objects that outlive an evaluation: the last script freezes them with all that hangs on them.
  library.closed = [];
  // The extension methods by kind of value: `library.extensions.string.toTitleCase = (it, ...) => …`.
  library.extensions = {
    string: Object.create(null),
    number: Object.create(null),
    boolean: Object.create(null),
    array: Object.create(null),
    object: Object.create(null),
    date: Object.create(null),
  };

  // Errors that an author sees even where other mistakes are undefined: their names start so.
  class ExpressionError extends Error {
    constructor(message) {
      super(message);
      Object.defineProperty(this, "name", { value: "ExpressionError", writable: true, configurable: true });
    }
  }
  class ExpressionExtensionError extends Error {
    constructor(message) {
      super(message);
      Object.defineProperty(this, "name", { value: "ExpressionExtensionError", writable: true, configurable: true });
    }
  }
  library.ExpressionError = ExpressionError;
  library.ExpressionExtensionError = ExpressionExtensionError;

  library.now = () => host.now();

  // What one evaluation shares: the same `$json` at each mention.
  let shared = new Map();
  library.once = (key, make) => {
    if (shared.has(key)) return shared.get(key);
    const value = make();
    shared.set(key, value);
    return value;
  };

  // Sandboxes are closed at the properties by which scripts climb out of their values.
  const BLOCKED = new Set(host.blocked);
  library.names.$$key = () => key;
  library.names.$$spread = () => (it) => (typeof it === "string" ? Object(it) : it);
  function key(name) {
    if (typeof name === "number" || typeof name === "symbol") return name;
    const text = String(name);
    if (BLOCKED.has(text)) throw new ExpressionError(`Cannot access "${text}" due to security concerns`);
    return text;
  }

  const finished = [];
  // Something to do after the script of an evaluation, such as keeping what it changed.
  library.after = (deed) => { finished.push(deed); };

  function begin() {
    shared = new Map();
    finished.length = 0;
    library.timers.length = 0;
  }
  function end() {
    for (const deed of finished) deed();
  }

  const { names, scriptNames } = library;
  function getter(name, inScript) {
    if (name in names) return names[name];
    if (inScript && name in scriptNames) return scriptNames[name];
    return () => host.extra(name);
  }
  function values(getters) {
    const all = new Array(getters.length);
    for (let i = 0; i < getters.length; i++) all[i] = getters[i]();
    return all;
  }

  // Compiled functions, called by their place.
  const compiled = [];
  library.call = (place) => compiled[place]();
  library.prepare = (run, wanted, isCode, afresh) => {
    if (afresh) compiled.length = 0;
    const getters = wanted.map((name) => getter(name, isCode));
    return compiled.push(isCode ? script(run, getters) : expression(run, getters)) - 1;
  };
  function expression(run, getters) {
    const only = getters.length === 1 ? getters[0] : undefined;
    return () => {
      begin();
      const value = only === undefined ? run.apply(undefined, values(getters)) : run(only());
      if (finished.length > 0) end();
      if (typeof value === "function") throw new ExpressionError(value === library.DateTime ? "this is a DateTime, please access its methods" : "this is a function, please add ()");
      return value;
    };
  }
  library.callNow = (run, wanted) => run.apply(undefined, values(wanted.map((name) => getter(name, false))));
  // Gives a promise.
  function script(run, getters) {
    return () => {
      begin();
      return run.apply(library.codeThis(), values(getters)).then((value) => { end(); return value; });
    };
  }

  // Timers run when nothing else is left to do, the earliest first, after a real wait.
  library.timers = [];
  let timerNumber = 0;
  library.timer = () => {
    if (library.timers.length === 0) return false;
    library.timers.sort((a, b) => a.due - b.due || a.number - b.number);
    const { due, number, call, given, every } = library.timers.shift();
    host.wait(due);
    if (every !== undefined) library.timers.push({ due: due + Math.max(every, 1), number, call, given, every });
    call.apply(undefined, given);
    return true;
  };
  const setTimer = (repeat) => (call, delay, ...given) => {
    if (typeof call !== "function") throw new TypeError("a timer needs a function to call");
    const wait = Math.max(0, Number(delay) || 0);
    const number = ++timerNumber;
    library.timers.push({ due: host.elapsed() + wait, number, call, given, every: repeat ? wait : undefined });
    return number;
  };
  const clear = (number) => {
    const at = library.timers.findIndex((it) => it.number === number);
    if (at >= 0) library.timers.splice(at, 1);
  };
  const setTimeout = setTimer(false), setInterval = setTimer(true);
  const setImmediate = (call, ...given) => setTimeout(call, 0, ...given);
  Object.assign(scriptNames, {
    setTimeout: () => setTimeout, setInterval: () => setInterval, setImmediate: () => setImmediate,
    clearTimeout: () => clear, clearInterval: () => clear, clearImmediate: () => clear,
  });

  library.closed.push(setTimeout, setInterval, setImmediate, clear);

  // The clock is the sandbox's, and so is how forgiving a date is read.
  const TrueDate = globalThis.Date;
  const parse = (text) => host.dateParse(String(text));
  function moment(given) {
    if (given.length === 0) return host.now();
    if (given.length > 1) return TrueDate.UTC(...given);
    const [it] = given;
    if (it instanceof TrueDate) return TrueDate.prototype.getTime.call(it);
    const primitive = typeof it === "object" && it !== null ? it[Symbol.toPrimitive]?.("default") ?? primitiveOf(it) : it;
    return typeof primitive === "string" ? parse(primitive) : primitive;
  }
  function primitiveOf(it) {
    const value = it.valueOf();
    return typeof value === "object" && value !== null ? it.toString() : value;
  }
  function Date(...given) {
    if (!new.target) return new TrueDate(host.now()).toString();
    return Reflect.construct(TrueDate, [moment(given)], new.target);
  }
  Object.defineProperties(Date, {
    now: { value: function now() { return host.now(); }, writable: true, configurable: true },
    parse: { value: { parse }.parse, writable: true, configurable: true },
    UTC: { value: TrueDate.UTC, writable: true, configurable: true },
    prototype: { value: TrueDate.prototype, writable: false },
    length: { value: 7 },
  });
  Object.defineProperty(TrueDate.prototype, "constructor", { value: Date, writable: true, configurable: true });
  Object.defineProperty(globalThis, "Date", { value: Date, writable: true, configurable: true });

  // Modules, workers and code from text stay outside.
  for (const name of ["eval", "performance", "navigator", "SharedArrayBuffer", "Atomics"]) delete globalThis[name];
})
