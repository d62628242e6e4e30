// Closes the world: what one evaluation could leave in it, another would trip over.
(function (host, library) {
  "use strict";

  library.extend();

  // Objects whose methods scripts like to give their own objects: there, a frozen inherited
  // property must not forbid an own one of the same name.
  const INHERITED = new Map([
    [Object.prototype, ["constructor", "toString", "toLocaleString", "valueOf", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable"]],
    [Error.prototype, ["constructor", "name", "message", "toString"]],
    [TypeError.prototype, ["constructor", "name", "message"]],
    [RangeError.prototype, ["constructor", "name", "message"]],
    [SyntaxError.prototype, ["constructor", "name", "message"]],
    [ReferenceError.prototype, ["constructor", "name", "message"]],
    [Function.prototype, ["toString"]],
    [Promise.prototype, ["constructor"]],
  ]);

  function open(owner, name) {
    const before = Object.getOwnPropertyDescriptor(owner, name);
    if (!before || !before.configurable || !("value" in before)) return;
    const { value } = before;
    Object.defineProperty(owner, name, {
      get() { return value; },
      set(fresh) {
        if (this === owner || this === undefined || this === null) return;
        Object.defineProperty(this, name, { value: fresh, writable: true, enumerable: true, configurable: true });
      },
      enumerable: before.enumerable,
      configurable: false,
    });
  }
  for (const [owner, names] of INHERITED) for (const name of names) open(owner, name);

  const seen = new Set();
  function freeze(start) {
    const left = [start];
    while (left.length > 0) {
      const it = left.pop();
      if ((typeof it !== "object" && typeof it !== "function") || it === null || seen.has(it)) continue;
      seen.add(it);
      if (!ArrayBuffer.isView(it)) Object.freeze(it);
      left.push(Object.getPrototypeOf(it));
      // Most methods have a length and a name, and nothing else to close.
      if (typeof it === "function" && !Object.hasOwn(it, "prototype") && Reflect.ownKeys(it).length === 2) continue;
      for (const name of Reflect.ownKeys(it)) {
        const property = Object.getOwnPropertyDescriptor(it, name);
        left.push(property.value, property.get, property.set);
      }
    }
  }
  const hidden = [
    async function () {}, function* () {}, async function* () {}, (function* () {})(), (async function* () {})(),
    [][Symbol.iterator](), new Map()[Symbol.iterator](), new Set()[Symbol.iterator](), ""[Symbol.iterator](),
    "".matchAll(/a/g), Object.getPrototypeOf(Int8Array),
  ];
  for (const it of hidden) freeze(Object.getPrototypeOf(it));
  for (const it of library.closed) freeze(it);
  freeze(globalThis);
})
