// Gives values their extension methods: `a.sum()` was renamed to `a.$$ext_sum()`, found here.
(function (host, library) {
  "use strict";

  const { extensions, ExpressionExtensionError } = library;
  const KINDS = { string: "String", number: "Number", boolean: "Boolean", array: "Array", object: "Object", date: "Date" };

  function kindOf(it) {
    switch (typeof it) {
      case "string": return "string";
      case "number": return "number";
      case "boolean": return "boolean";
      case "object": break;
      default: return undefined;
    }
    if (Array.isArray(it)) return "array";
    if (it instanceof Date || library.isMoment(it)) return "date";
    return "object";
  }

  function refuse(name) {
    const kinds = Object.keys(KINDS).filter((it) => name in extensions[it]).map((it) => `"${KINDS[it]}"`);
    const types = kinds.length === 1 ? `type ${kinds[0]}` : `types ${kinds.slice(0, -1).join(", ")}, and ${kinds.at(-1)}`;
    return new ExpressionExtensionError(`${name}() is only callable on ${types}`);
  }

  // Texts that are dates to the millisecond have the methods of dates.
  const DATE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
  const TURNS = new Set(["toDate", "toDateTime"]);
  const isDate = (it, name) => typeof it === "string" && it.length === 24 && DATE.test(it) && !TURNS.has(name) && !Number.isNaN(Date.parse(it));

  function call(name, it, given) {
    const kind = isDate(it, name) ? "date" : kindOf(it);
    const own = it[name];
    // A method that an object brings along wins; only plain ones are extended.
    if (typeof own === "function" && (kind === "object" || kind === undefined || !(name in extensions[kind]))) {
      return own.apply(it, given);
    }
    if (kind !== undefined && name in extensions[kind]) return extensions[kind][name](it, ...given);
    throw refuse(name);
  }

  // For the empty checks, which answer for nothing too.
  const NOTHING = Object.freeze(Object.create(null, {
    $$ext_isEmpty: { value: () => true },
    $$ext_isNotEmpty: { value: () => false },
  }));
  library.names.$$nn = () => (it) => it ?? NOTHING;

  library.extend = () => {
    for (const name of host.extensions) {
      const method = { [name](...given) { return call(name, this, given); } }[name];
      Object.defineProperty(Object.prototype, `$$ext_${name}`, { value: method });
    }
  };
})
