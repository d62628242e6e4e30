// Extension methods of arrays.
(function (host, library) {
  "use strict";

  const { extensions: { array }, ExpressionExtensionError, isEmpty } = library;

  // Equal content, whatever the order of fields.
  function equal(a, b) {
    if (Object.is(a, b) || a === b) return true;
    if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
    if (a instanceof Date || b instanceof Date) return a instanceof Date && b instanceof Date && +a === +b;
    if (Array.isArray(a) !== Array.isArray(b)) return false;
    const keys = Object.keys(a);
    return keys.length === Object.keys(b).length && keys.every((it) => Object.hasOwn(b, it) && equal(a[it], b[it]));
  }
  library.equal = equal;
  const has = (list, it) => (typeof it === "object" && it !== null ? list.some((other) => equal(other, it)) : list.includes(it));
  function lists(name, ...all) {
    for (const it of all) {
      if (!Array.isArray(it)) throw new ExpressionExtensionError(`${name}(): expected array arg`);
    }
  }
  function numbers(name, list) {
    for (const it of list) {
      if (typeof it !== "number") throw new ExpressionExtensionError(`${name}(): all array elements must be numbers`);
    }
    return list;
  }
  const total = (list) => list.reduce((sum, it) => sum + it, 0);

  array.first = (it) => it[0];
  array.last = (it) => it[it.length - 1];
  array.isEmpty = (it) => it.length === 0;
  array.isNotEmpty = (it) => it.length > 0;
  array.sum = (it) => total(numbers("sum", it));
  array.average = (it) => (it.length === 0 ? 0 : total(numbers("average", it)) / it.length);
  array.max = (it) => Math.max(...numbers("max", it));
  array.min = (it) => Math.min(...numbers("min", it));
  array.append = (it, ...more) => it.concat(more);
  array.compact = (it) => it
    .filter((entry) => !isEmpty(entry))
    .map((entry) => (typeof entry === "object" ? library.compact(entry) : entry));
  array.chunk = (it, size) => {
    if (typeof size !== "number" || !(size >= 1)) throw new ExpressionExtensionError("chunk(): expected non-zero numeric arg, e.g. .chunk(5)");
    const res = [];
    for (let at = 0; at < it.length; at += Math.floor(size)) res.push(it.slice(at, at + Math.floor(size)));
    return res;
  };
  array.randomItem = (it) => it[Math.floor(Math.random() * it.length)];

  array.unique = (it, ...keys) => {
    const wanted = keys.flat();
    const part = (entry) => (wanted.length === 0 || typeof entry !== "object" || entry === null ? entry : wanted.map((key) => entry[key]));
    const seen = [], res = [];
    const plain = new Set();
    for (const entry of it) {
      const what = part(entry);
      if (typeof what !== "object" || what === null) {
        if (plain.has(what)) continue;
        plain.add(what);
      } else {
        if (has(seen, what)) continue;
        seen.push(what);
      }
      res.push(entry);
    }
    return res;
  };
  array.removeDuplicates = array.unique;
  array.union = (it, other = []) => { lists("union", other); return array.unique(it.concat(other)); };
  array.difference = (it, other = []) => { lists("difference", other); return array.unique(it.filter((entry) => !has(other, entry))); };
  array.intersection = (it, other = []) => { lists("intersection", other); return array.unique(it.filter((entry) => has(other, entry))); };
  array.merge = (it, other) => {
    if (other === undefined) return Object.assign({}, ...it.filter((entry) => typeof entry === "object" && entry !== null && !Array.isArray(entry)));
    lists("merge", other);
    // One object of the pairs by place; what the first has of them stays.
    const res = {};
    for (let at = 0; at < Math.min(it.length, other.length); at++) {
      const [a, b] = [it[at], other[at]];
      if (typeof a === "object" && typeof b === "object") Object.assign(res, a, { ...b, ...a });
    }
    return res;
  };

  array.pluck = (it, ...keys) => {
    const wanted = keys.flat();
    if (wanted.length === 0) return it;
    const res = it.map((entry) => {
      if (typeof entry !== "object" || entry === null) return undefined;
      const found = wanted.filter((key) => key in entry).map((key) => entry[key]);
      return found.length > 1 ? found : found[0];
    });
    return res.filter((entry) => entry !== undefined);
  };
  array.renameKeys = (it, ...pairs) => {
    if (pairs.length === 0 || pairs.length % 2 !== 0) throw new ExpressionExtensionError("renameKeys(): expected an even amount of args: from1, to1 [, from2, to2, ...]. e.g. .renameKeys('name', 'title')");
    const names = new Map();
    for (let at = 0; at < pairs.length; at += 2) names.set(pairs[at], pairs[at + 1]);
    return it.map((entry) => {
      if (typeof entry !== "object" || entry === null) return entry;
      return Object.fromEntries(Object.entries(entry).map(([key, value]) => [names.get(key) ?? key, value]));
    });
  };
  array.smartJoin = (it, keyField, valueField) => {
    if (typeof keyField !== "string" || typeof valueField !== "string") throw new ExpressionExtensionError("smartJoin(): expected two string args, e.g. .smartJoin('name', 'value')");
    const res = {};
    for (const entry of it) {
      if (typeof entry === "object" && entry !== null && keyField in entry && valueField in entry) res[entry[keyField]] = entry[valueField];
    }
    return res;
  };
  array.reverse = (it) => Array.prototype.reverse.call(it);
  array.toJsonString = (it) => JSON.stringify(it);
})
