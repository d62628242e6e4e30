// What scripts know from browsers and Node.js: console, URL, Buffer, crypto, TextEncoder, require.
(function (host, library) {
  "use strict";

  // Expressions have none of these.
  const names = library.scriptNames;
  const provide = (name, value) => { names[name] = () => value; library.closed.push(value); };

  // One line per call, as JSON where it is no text.
  function line(given) {
    return given.map((it) => {
      if (typeof it === "string") return it;
      if (it instanceof Error) return `${it.name}: ${it.message}`;
      try { return JSON.stringify(it) ?? String(it); } catch { return String(it); }
    }).join(" ");
  }
  const log = (...given) => { host.log(line(given)); };
  const console = {};
  for (const name of ["log", "info", "warn", "error", "debug", "trace", "dir", "table"]) console[name] = log;
  for (const name of ["time", "timeEnd", "timeLog", "group", "groupEnd", "count", "assert", "clear"]) console[name] = () => {};
  provide("console", console);

  // Queries keep their order and their doubles.
  const decode = (text) => { const plain = text.replaceAll("+", " "); try { return decodeURIComponent(plain); } catch { return plain; } };
  const encode = (text) => encodeURIComponent(text).replace(/[!'()~]|%20/g, (it) => ({ "!": "%21", "'": "%27", "(": "%28", ")": "%29", "~": "%7E", "%20": "+" })[it]);
  class URLSearchParams {
    #pairs = [];
    #changed;
    constructor(from = "", changed = undefined) {
      if (typeof from === "string") this.#read(from);
      else if (from !== null && typeof from[Symbol.iterator] === "function") for (const [key, value] of from) this.#pairs.push([String(key), String(value)]);
      else if (from !== null) for (const key of Object.keys(from)) this.#pairs.push([key, String(from[key])]);
      this.#changed = changed;
    }
    #read(text) {
      for (const part of text.replace(/^\?/, "").split("&")) {
        if (part === "") continue;
        const at = part.indexOf("=");
        this.#pairs.push(at < 0 ? [decode(part), ""] : [decode(part.slice(0, at)), decode(part.slice(at + 1))]);
      }
    }
    #tell() { this.#changed?.(this.toString()); }
    get size() { return this.#pairs.length; }
    append(key, value) { this.#pairs.push([String(key), String(value)]); this.#tell(); }
    delete(key) { this.#pairs = this.#pairs.filter((it) => it[0] !== String(key)); this.#tell(); }
    get(key) { return this.#pairs.find((it) => it[0] === String(key))?.[1] ?? null; }
    getAll(key) { return this.#pairs.filter((it) => it[0] === String(key)).map((it) => it[1]); }
    has(key) { return this.#pairs.some((it) => it[0] === String(key)); }
    set(key, value) {
      const at = this.#pairs.findIndex((it) => it[0] === String(key));
      if (at < 0) return this.append(key, value);
      this.#pairs[at][1] = String(value);
      this.#pairs = this.#pairs.filter((it, place) => place <= at || it[0] !== String(key));
      this.#tell();
    }
    sort() { this.#pairs.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0)); this.#tell(); }
    forEach(call, self) { for (const [key, value] of this.#pairs) call.call(self, value, key, this); }
    *keys() { for (const it of this.#pairs) yield it[0]; }
    *values() { for (const it of this.#pairs) yield it[1]; }
    *entries() { for (const it of this.#pairs) yield [...it]; }
    [Symbol.iterator]() { return this.entries(); }
    toString() { return this.#pairs.map((it) => it.map(encode).join("=")).join("&"); }
  }

  const join = (text, base) => (base === undefined ? host.urlJoin(String(text)) : host.urlJoin(String(text), String(base)));
  class URL {
    #parts;
    #query;
    constructor(text, base = undefined) {
      this.#parts = join(text, base);
      if (this.#parts === null) {
        const fault = new TypeError("Invalid URL");
        fault.code = "ERR_INVALID_URL";
        fault.input = String(text);
        throw fault;
      }
    }
    static canParse(text, base) { return join(text, base) !== null; }
    static parse(text, base) { return URL.canParse(text, base) ? new URL(text, base) : null; }
    #put(part, value) {
      this.#parts = host.urlWith(this.#parts.href, part, String(value)) ?? this.#parts;
      if (part !== "query") this.#query = undefined;
    }
    get searchParams() {
      this.#query ??= new URLSearchParams(this.#parts.search, (text) => this.#put("query", text));
      return this.#query;
    }
    get origin() { return this.#parts.origin; }
    get href() { return this.#parts.href; }
    set href(value) { this.#parts = new URL(value).#parts; this.#query = undefined; }
    toString() { return this.#parts.href; }
    toJSON() { return this.#parts.href; }
  }
  for (const part of ["protocol", "username", "password", "host", "hostname", "port", "pathname", "search", "hash"]) {
    Object.defineProperty(URL.prototype, part, {
      get() { return host.urlWith(this.href, "", "")[part]; },
      set(value) { this.href = (host.urlWith(this.href, part, String(value)) ?? this).href; },
      enumerable: true, configurable: true,
    });
  }

  class TextEncoder {
    get encoding() { return "utf-8"; }
    encode(text = "") { return host.bytes(String(text), "utf8"); }
  }
  class TextDecoder {
    get encoding() { return "utf-8"; }
    decode(bytes = new Uint8Array()) { return host.text(letters(bytes), "utf8"); }
  }
  const plainBytes = (it) => {
    if (it instanceof ArrayBuffer) return new Uint8Array(it);
    return new Uint8Array(it.buffer, it.byteOffset, it.byteLength);
  };

  // One letter per byte: how bytes leave JavaScript.
  function letters(it) {
    const bytes = plainBytes(it);
    let res = "";
    for (let at = 0; at < bytes.length; at += 4096) res += String.fromCharCode.apply(undefined, bytes.subarray(at, at + 4096));
    return res;
  }

  const ENCODINGS = { utf8: "utf8", "utf-8": "utf8", base64: "base64", base64url: "base64url", hex: "hex", ascii: "latin1", latin1: "latin1", binary: "latin1", utf16le: "utf16le", ucs2: "utf16le" };
  function encodingOf(name = "utf8") {
    const found = ENCODINGS[String(name).toLowerCase()];
    if (found === undefined) throw new TypeError(`Unknown encoding: ${name}`);
    return found;
  }
  class Buffer extends Uint8Array {
    static from(it, encoding) {
      if (typeof it === "string") return Buffer.#of(host.bytes(it, encodingOf(encoding)));
      if (it instanceof ArrayBuffer) return new Buffer(it);
      if (it?.type === "Buffer" && Array.isArray(it.data)) return Buffer.#of(it.data);
      if (ArrayBuffer.isView(it)) return Buffer.#of(plainBytes(it));
      return Buffer.#of(Array.from(it, (byte) => byte & 255));
    }
    static #of(bytes) {
      const res = new Buffer(bytes.length);
      res.set(bytes);
      return res;
    }
    static alloc(size, fill = 0) { return new Buffer(size).fill(fill); }
    static allocUnsafe(size) { return new Buffer(size); }
    static isBuffer(it) { return it instanceof Buffer; }
    static byteLength(it, encoding) { return Buffer.from(it, encoding).length; }
    static concat(list) {
      const res = new Buffer(list.reduce((sum, it) => sum + it.length, 0));
      let at = 0;
      for (const it of list) { res.set(it, at); at += it.length; }
      return res;
    }
    toString(encoding, start = 0, end = this.length) { return host.text(letters(this.subarray(start, end)), encodingOf(encoding)); }
    toJSON() { return { type: "Buffer", data: [...this] }; }
    equals(other) { return this.length === other.length && this.every((byte, at) => byte === other[at]); }
  }

  function structuredClone(it, seen = new Map()) {
    if (typeof it === "function" || typeof it === "symbol") throw new TypeError(`${String(it)} could not be cloned.`);
    if (typeof it !== "object" || it === null) return it;
    if (seen.has(it)) return seen.get(it);
    const put = (res) => { seen.set(it, res); return res; };
    if (it instanceof Date) return new Date(+it);
    if (it instanceof RegExp) return new RegExp(it.source, it.flags);
    if (ArrayBuffer.isView(it) || it instanceof ArrayBuffer) return it.slice(0);
    if (it instanceof Map) { const res = put(new Map()); for (const [key, value] of it) res.set(structuredClone(key, seen), structuredClone(value, seen)); return res; }
    if (it instanceof Set) { const res = put(new Set()); for (const value of it) res.add(structuredClone(value, seen)); return res; }
    if (it instanceof Error) return put(Object.assign(new globalThis[it.name in globalThis ? it.name : "Error"](it.message)));
    if (Array.isArray(it)) { const res = put([]); for (let at = 0; at < it.length; at++) res[at] = structuredClone(it[at], seen); return res; }
    const res = put({});
    for (const key of Object.keys(it)) res[key] = structuredClone(it[key], seen);
    return res;
  }

  const UNDIGESTED = (name) => { throw new Error(`Digest method not supported: ${name}`); };
  const digestOf = (name, key, parts) => {
    const bytes = host.digest(String(name), letters(Buffer.concat(parts)), ...(key === undefined ? [] : [letters(key)]));
    return bytes === null ? UNDIGESTED(name) : Buffer.from(bytes);
  };
  const hasher = (name, key) => {
    const parts = [];
    return {
      update(data, encoding) { parts.push(Buffer.from(data, encoding)); return this; },
      digest(encoding) { const res = digestOf(name, key, parts); return encoding === undefined ? res : res.toString(encoding); },
    };
  };
  const randomBytes = (size) => Buffer.from(host.random(size));
  const crypto = {
    createHash: (name) => hasher(name, undefined),
    createHmac: (name, key) => hasher(name, Buffer.from(key)),
    randomUUID() {
      const bytes = host.random(16);
      bytes[6] = (bytes[6] & 15) | 64;
      bytes[8] = (bytes[8] & 63) | 128;
      return Buffer.from(bytes).toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
    },
    randomBytes,
    randomInt(low, high) { const [from, to] = high === undefined ? [0, low] : [low, high]; return from + Math.floor(Math.random() * (to - from)); },
    getRandomValues(into) { const bytes = host.random(into.byteLength); plainBytes(into).set(bytes); return into; },
    timingSafeEqual: (a, b) => Buffer.from(a).equals(Buffer.from(b)),
  };

  const util = {
    inspect: (it) => line([it]),
    format: (first, ...rest) => {
      const left = [...rest];
      const text = typeof first === "string" ? first.replace(/%[sdifjoO]/g, (mark) => (left.length === 0 ? mark : line([left.shift()]))) : line([first]);
      return [text, ...left.map((it) => line([it]))].join(" ");
    },
    promisify: (call) => (...given) => new Promise((done, fail) => call(...given, (fault, value) => (fault ? fail(fault) : done(value)))),
    isDeepStrictEqual: (a, b) => library.equal(a, b),
  };
  const querystring = {
    parse: (text) => { const res = {}; for (const [key, value] of new URLSearchParams(text)) res[key] = key in res ? [res[key], value].flat() : value; return res; },
    stringify: (it) => Object.entries(it).flatMap(([key, value]) => [value].flat().map((one) => `${encodeURIComponent(key)}=${encodeURIComponent(one)}`)).join("&"),
  };
  const MODULES = {
    crypto, util, querystring,
    url: { URL, URLSearchParams },
    buffer: { Buffer },
    get luxon() { const { DateTime, Duration, Interval, Settings, Info } = library; return { DateTime, Duration, Interval, Settings, Info }; },
  };
  provide("require", (name) => {
    const bare = String(name).replace(/^node:/, "");
    if (!host.extras) throw new Error(`Module '${name}' is disallowed`);
    if (!Object.hasOwn(MODULES, bare)) throw new Error(`Module '${name}' is disallowed: the sandbox has ${Object.keys(MODULES).join(", ")}`);
    return MODULES[bare];
  });

  library.helpers = {
    getBinaryDataBuffer: async (index, name) => Buffer.from(host.file(index, name ?? "data")),
    prepareBinaryData: async (data, fileName, mimeType) => ({
      data: Buffer.from(data).toString("base64"),
      mimeType: mimeType ?? "application/octet-stream",
      ...(fileName === undefined ? {} : { fileName, fileExtension: /\.([^.]+)$/.exec(fileName)?.[1] }),
    }),
    httpRequest: async () => { throw new Error("this.helpers.httpRequest is closed in the sandbox: use an HTTP Request node before or after this one"); },
  };
  provide("helpers", library.helpers);

  const atob = (text) => host.text(letters(host.bytes(String(text), "base64")), "latin1");
  const btoa = (text) => host.text(letters(host.bytes(String(text), "latin1")), "base64");
  const globals = { TextEncoder, TextDecoder, Buffer, structuredClone: (it) => structuredClone(it), atob, btoa };
  for (const [name, value] of Object.entries(globals)) provide(name, value);
  library.closed.push(util, querystring, URL, URLSearchParams, crypto);
  // Where they are not wanted they are as unknown as any other name.
  if (host.extras) Object.assign(globalThis, { URL, URLSearchParams, crypto });
  names.process = () => ({ get env() { return library.names.$env(); }, version: "v22.0.0", versions: {}, platform: "linux", nextTick: (call, ...given) => Promise.resolve().then(() => call(...given)) });
})
