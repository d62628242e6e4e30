// Extension methods of numbers, booleans and objects.
(function (host, library) {
  "use strict";

  const { extensions: { number, boolean, object }, ExpressionExtensionError, isEmpty } = library;

  number.abs = (it) => Math.abs(it);
  number.ceil = (it) => Math.ceil(it);
  number.floor = (it) => Math.floor(it);
  number.round = (it, decimals = 0) => Number(it.toFixed(decimals));
  const integer = (name, it) => {
    if (!Number.isInteger(it)) throw new ExpressionExtensionError(`${name}() is only callable on integers`);
    return it;
  };
  number.isEven = (it) => integer("isEven", it) % 2 === 0;
  number.isOdd = (it) => Math.abs(integer("isOdd", it) % 2) === 1;
  number.isInteger = (it) => Number.isInteger(it);
  number.isEmpty = (it) => !it;
  number.isNotEmpty = (it) => Boolean(it);
  number.toBoolean = (it) => it !== 0;
  number.toInt = (it) => Math.round(it);
  number.toWholeNumber = number.toInt;
  number.toFloat = (it) => it;
  number.toDecimalNumber = number.toFloat;
  number.format = (it, locale = "en-US", options = {}) => it.toLocaleString(locale, options);

  boolean.toInt = (it) => (it ? 1 : 0);
  boolean.toNumber = boolean.toInt;
  boolean.toFloat = boolean.toInt;
  boolean.toWholeNumber = boolean.toInt;
  boolean.toDecimalNumber = boolean.toInt;
  boolean.toBoolean = (it) => it;
  boolean.isEmpty = (it) => !it;
  boolean.isNotEmpty = (it) => it;

  const inner = (it) => typeof it === "object" && it !== null && !(it instanceof Date) && !library.isMoment(it);
  // Without the fields that hold nothing, at every depth.
  library.compact = (it) => {
    const res = {};
    for (const [key, value] of Object.entries(it)) {
      if (value === null || value === undefined || value === "" || value === "nil") continue;
      const small = inner(value) ? library.compact(value) : value;
      if (isEmpty(small)) continue;
      res[key] = small;
    }
    return res;
  };
  object.compact = library.compact;
  object.isEmpty = (it) => Object.keys(it).length === 0;
  object.isNotEmpty = (it) => Object.keys(it).length > 0;
  object.keys = (it) => Object.keys(it);
  object.values = (it) => Object.values(it);
  object.hasField = (it, name) => Object.hasOwn(it, name);
  object.removeField = (it, name) => Object.fromEntries(Object.entries(it).filter(([key]) => key !== name));
  function wanted(name, value) {
    if (typeof value !== "string" || value === "") throw new ExpressionExtensionError(`${name}(): expected non-empty string arg`);
    return value;
  }
  const holds = (value, text) => typeof value === "string" && value.includes(text);
  object.removeFieldsContaining = (it, text) => {
    wanted("removeFieldsContaining", text);
    return Object.fromEntries(Object.entries(it).filter(([, value]) => !holds(value, text)));
  };
  object.keepFieldsContaining = (it, text) => {
    wanted("keepFieldsContaining", text);
    return Object.fromEntries(Object.entries(it).filter(([, value]) => holds(value, text)));
  };
  object.urlEncode = (it) => Object.entries(it)
    .map(([key, value]) => [key, value].map((part) => encodeURIComponent(String(part)).replaceAll("%20", "+")).join("="))
    .join("&");
  object.toJsonString = (it) => JSON.stringify(it);
})
