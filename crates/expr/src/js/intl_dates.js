// `Intl.DateTimeFormat`, and what `Date` writes and reads by locale.
(function (host, library) {
  "use strict";

  // The first tag that names a language; the default where none does.
  function localeOf(locales) {
    const list = locales === undefined ? [] : typeof locales === "object" && locales !== null ? Array.from(locales) : [locales];
    for (const tag of list) {
      if (typeof tag !== "string" && typeof tag !== "object") throw new TypeError("Incorrect locale information provided");
      const canonical = host.localeCanonical(String(tag));
      if (/^[a-z]{2,3}(?:-|$)/.test(canonical)) return canonical;
    }
    return "en-US";
  }
  library.localeOf = localeOf;

  // Classes of Intl can be called without `new`.
  library.callable = (Class) => {
    const call = { [Class.name](...given) { return new Class(...given); } }[Class.name];
    function Callable(...given) { return new Class(...given); }
    Object.defineProperty(Callable, "name", { value: call.name });
    Callable.prototype = Class.prototype;
    Object.defineProperty(Class.prototype, "constructor", { value: Callable, writable: true, configurable: true });
    Callable.supportedLocalesOf = (locales) => (Array.isArray(locales) ? locales : [locales]).map((it) => host.localeCanonical(String(it)));
    return Callable;
  };

  const DATE = ["weekday", "year", "month", "day"];
  const TIME = ["hour", "minute", "second", "fractionalSecondDigits", "dayPeriod"];
  const OTHER = ["era", "timeZoneName", "hour12", "hourCycle", "dateStyle", "timeStyle"];
  const ALLOWED = {
    weekday: ["narrow", "short", "long"], era: ["narrow", "short", "long"], year: ["2-digit", "numeric"],
    month: ["2-digit", "numeric", "narrow", "short", "long"], day: ["2-digit", "numeric"], hour: ["2-digit", "numeric"],
    minute: ["2-digit", "numeric"], second: ["2-digit", "numeric"], hourCycle: ["h11", "h12", "h23", "h24"],
    timeZoneName: ["short", "long", "shortOffset", "longOffset", "shortGeneric", "longGeneric"],
    dateStyle: ["full", "long", "medium", "short"], timeStyle: ["full", "long", "medium", "short"],
  };

  // The options that shape the text, with the defaults of who asks.
  function shaped(given, needed, defaults) {
    const options = {};
    for (const name of [...DATE, ...TIME, ...OTHER]) {
      const value = given[name];
      if (value === undefined) continue;
      const text = String(value);
      if (name in ALLOWED && !ALLOWED[name].includes(text)) throw new RangeError(`Value ${text} out of range for Intl.DateTimeFormat options property ${name}`);
      options[name] = name === "hour12" ? Boolean(value) : text;
    }
    const styled = options.dateStyle !== undefined || options.timeStyle !== undefined;
    if (styled && [...DATE, ...TIME].some((name) => options[name] !== undefined)) {
      throw new TypeError(`Can't set option ${[...DATE, ...TIME].find((name) => options[name] !== undefined)} when ${options.dateStyle ? "dateStyle" : "timeStyle"} is used`);
    }
    const asked = (needed === "time" ? [] : DATE).concat(needed === "date" ? [] : TIME);
    if (!styled && !asked.some((name) => options[name] !== undefined)) {
      if (defaults !== "time") for (const name of ["year", "month", "day"]) options[name] = "numeric";
      if (defaults !== "date") for (const name of ["hour", "minute", "second"]) options[name] = "numeric";
    }
    return options;
  }

  class Format {
    constructor(locale, options, zone, zoneName) {
      this.locale = locale;
      this.options = options;
      this.zone = zone;
      this.zoneName = zoneName;
      this.spec = Object.entries(options).map((it) => it.join("=")).join(";");
    }
    parts(ts) {
      if (!(Math.abs(ts) <= 8.64e15)) throw new RangeError("Invalid time value");
      const flat = host.dateParts(this.locale, this.spec, this.zone, ts);
      const res = [];
      for (let at = 0; at < flat.length; at += 2) {
        if (flat[at + 1] !== "") res.push({ type: flat[at], value: flat[at + 1] });
      }
      return res;
    }
    // As text, narrow spaces are plain ones.
    text(ts) { return this.parts(ts).map((it) => it.value).join("").replaceAll("\u202f", " "); }
  }
  const made = (locales, given, needed, defaults) => {
    const options = given === undefined || given === null ? {} : given;
    let locale = localeOf(locales);
    if (options.numberingSystem && !/-nu-/.test(locale)) locale += (/-u-/.test(locale) ? "-" : "-u-") + `nu-${options.numberingSystem}`;
    const named = options.timeZone === undefined ? "UTC" : String(options.timeZone);
    const zone = host.zone(/^(?:z|utc|gmt|etc\/utc)$/i.test(named) ? "utc" : named);
    if (zone < 0) throw new RangeError(`Invalid time zone specified: ${named}`);
    return new Format(locale, shaped(options, needed, defaults), zone, host.zoneName(zone));
  };
  const tsOf = (date) => (date === undefined ? host.now() : Number(date));

  class DateTimeFormat {
    #format;
    #bound;
    constructor(locales, options) { this.#format = made(locales, options, "any", "date"); }
    get format() { return (this.#bound ??= (date) => this.#format.text(tsOf(date))); }
    formatToParts(date) { return this.#format.parts(tsOf(date)); }
    formatRange(from, to) {
      const [a, b] = [this.#format.text(tsOf(from)), this.#format.text(tsOf(to))];
      return a === b ? a : `${a} – ${b}`;
    }
    resolvedOptions() {
      const { locale, options, zoneName, spec } = this.#format;
      const hours = options.hour === undefined && options.timeStyle === undefined ? {} : { hourCycle: host.hourCycle(locale, spec) };
      if (hours.hourCycle !== undefined) hours.hour12 = hours.hourCycle === "h11" || hours.hourCycle === "h12";
      const { hour12: _a, hourCycle: _b, ...rest } = options;
      return { locale: locale.replace(/-u-.*/, ""), calendar: "gregory", numberingSystem: /-nu-(\w+)/.exec(locale)?.[1] ?? "latn", timeZone: zoneName, ...hours, ...rest };
    }
  }
  library.Intl = { DateTimeFormat: library.callable(DateTimeFormat) };

  // For Luxon: a formatter of a zone by its number. Zones of a fixed offset, where no zone of the
  // world has it, are written part by part, with their own names.
  library.dateFormatter = (locale, options, zone) => {
    const { timeZone, numberingSystem, locale: _own, ...rest } = typeof options === "object" ? options : {};
    const byParts = timeZone === undefined && host.zoneIsFixed(zone) && (host.offset(zone, 0) === 0 || host.offset(zone, 0) % 60 !== 0);
    const format = new Format(localeOf(locale), shaped(rest, "any", "date"), timeZone === undefined ? zone : host.zone(timeZone), host.zoneName(zone));
    return {
      format: (ts) => (byParts ? format.parts(ts).map((it) => (it.type === "timeZoneName" ? host.zoneName(zone) : it.value)).join("") : format.text(ts)),
      formatToParts: (ts) => format.parts(ts),
      formatRange(from, to) { const [a, b] = [format.text(from), format.text(to)]; return a === b ? a : `${a} – ${b}`; },
      resolvedOptions: () => ({ locale: format.locale.replace(/-u-.*/, ""), numberingSystem: /-nu-(\w+)/.exec(format.locale)?.[1] ?? "latn", calendar: "gregory" }),
    };
  };

  const { prototype } = Date;
  const valueOf = prototype.getTime;
  const writer = (name, needed, defaults) => ({
    [name](locales, options) {
      const ts = valueOf.call(this);
      return Number.isNaN(ts) ? "Invalid Date" : made(locales, options, needed, defaults).text(ts);
    },
  })[name];
  const define = (name, value) => Object.defineProperty(prototype, name, { value, writable: true, configurable: true });
  define("toLocaleString", writer("toLocaleString", "any", "all"));
  define("toLocaleDateString", writer("toLocaleDateString", "date", "date"));
  define("toLocaleTimeString", writer("toLocaleTimeString", "time", "time"));

  // The sandbox runs in UTC, wherever its machine stands.
  for (const part of ["FullYear", "Month", "Date", "Hours", "Minutes", "Seconds", "Milliseconds"]) {
    define(`get${part}`, prototype[`getUTC${part}`]);
    define(`set${part}`, prototype[`setUTC${part}`]);
  }
  define("getDay", prototype.getUTCDay);
  define("getTimezoneOffset", function getTimezoneOffset() { return valueOf.call(this) * 0; });
  const iso = prototype.toUTCString;
  const parts = (date) => {
    const [, weekday, day, month, year, time] = /^(\w+), (\d+) (\w+) (-?\d+) ([\d:]+)/.exec(iso.call(date));
    return [`${weekday} ${month} ${day} ${year}`, `${time} GMT+0000 (Coordinated Universal Time)`];
  };
  const told = (name, make) => define(name, { [name]() { return Number.isNaN(valueOf.call(this)) ? "Invalid Date" : make(parts(this)); } }[name]);
  told("toString", ([day, time]) => `${day} ${time}`);
  told("toDateString", ([day]) => day);
  told("toTimeString", ([, time]) => time);
  library.Date = Date;
})
