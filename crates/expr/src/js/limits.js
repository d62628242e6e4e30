// Keeps loops within the engine, which no clock interrupts, to a size that ends soon.
(function (host, library) {
  "use strict";

  const LENGTH_MAX = 50_000_000;
  // Letters to compare at worst when one text is looked for in another.
  const SEARCH_MAX = 2e9;

  function replace(owner, name, make) {
    const before = Object.getOwnPropertyDescriptor(owner, name);
    const value = make(before.value);
    Object.defineProperty(value, "length", { value: before.value.length, configurable: true });
    Object.defineProperty(owner, name, { ...before, value });
  }
  const short = (it) => {
    if (it?.length > LENGTH_MAX) throw new RangeError(`Invalid array length: more than ${LENGTH_MAX}`);
  };

  const LISTS = ["concat", "reverse", "slice", "splice", "copyWithin", "sort", "toSorted", "toReversed", "toSpliced", "with", "shift", "unshift", "join", "toString", "toLocaleString"];
  for (const name of LISTS) {
    replace(Array.prototype, name, (real) => ({
      [name](...given) {
        short(this);
        if (name === "concat") for (const it of given) short(it);
        return Reflect.apply(real, this, given);
      },
    })[name]);
  }
  const { isArray } = Array;
  function flatInto(into, list, depth) {
    short(list);
    for (let at = 0; at < list.length; at++) {
      if (!(at in list)) continue;
      if (depth > 0 && isArray(list[at])) flatInto(into, list[at], depth - 1);
      else into.push(list[at]);
    }
    return into;
  }
  replace(Array.prototype, "flat", () => ({ flat(depth = 1) { return flatInto([], this, Number(depth) || 0); } }).flat);

  for (const name of ["indexOf", "lastIndexOf", "includes", "split", "replace", "replaceAll"]) {
    replace(String.prototype, name, (real) => ({
      [name](...given) {
        const what = given[0];
        if (typeof what === "string" && what.length > 100 && what.length * this?.length > SEARCH_MAX) {
          throw new RangeError("the text to look for is too long for the text to look in");
        }
        return Reflect.apply(real, this, given);
      },
    })[name]);
  }
})
