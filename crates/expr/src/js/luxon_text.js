// How a DateTime is written: ISO, SQL, mail, HTTP, by locale, relative to now.
(function (host, library) {
  "use strict";

  const { DateTime } = library;
  const { INVALID, localeOf } = library.dateTimeParts;

  const n = "numeric", s = "short", l = "long";
  const DATE = { year: n, month: n, day: n };
  const MED = { year: n, month: s, day: n };
  const FULL = { year: n, month: l, day: n };
  const TIME = { hour: n, minute: n };
  const SECONDS = { hour: n, minute: n, second: n };
  const H23 = { hourCycle: "h23" };
  const PRESETS = {
    DATE_SHORT: DATE,
    DATE_MED: MED,
    DATE_MED_WITH_WEEKDAY: { ...MED, weekday: s },
    DATE_FULL: FULL,
    DATE_HUGE: { ...FULL, weekday: l },
    TIME_SIMPLE: TIME,
    TIME_WITH_SECONDS: SECONDS,
    TIME_WITH_SHORT_OFFSET: { ...SECONDS, timeZoneName: s },
    TIME_WITH_LONG_OFFSET: { ...SECONDS, timeZoneName: l },
    TIME_24_SIMPLE: { ...TIME, ...H23 },
    TIME_24_WITH_SECONDS: { ...SECONDS, ...H23 },
    TIME_24_WITH_SHORT_OFFSET: { ...SECONDS, ...H23, timeZoneName: s },
    TIME_24_WITH_LONG_OFFSET: { ...SECONDS, ...H23, timeZoneName: l },
    DATETIME_SHORT: { ...DATE, ...TIME },
    DATETIME_SHORT_WITH_SECONDS: { ...DATE, ...SECONDS },
    DATETIME_MED: { ...MED, ...TIME },
    DATETIME_MED_WITH_SECONDS: { ...MED, ...SECONDS },
    DATETIME_MED_WITH_WEEKDAY: { ...MED, weekday: s, ...TIME },
    DATETIME_FULL: { ...FULL, ...TIME, timeZoneName: s },
    DATETIME_FULL_WITH_SECONDS: { ...FULL, ...SECONDS, timeZoneName: s },
    DATETIME_HUGE: { ...FULL, weekday: l, ...TIME, timeZoneName: l },
    DATETIME_HUGE_WITH_SECONDS: { ...FULL, weekday: l, ...SECONDS, timeZoneName: l },
  };
  for (const name of Object.keys(PRESETS)) {
    Object.defineProperty(DateTime, name, { configurable: true, get: () => PRESETS[name] });
  }

  const english = (time, format) => host.format(time._z, time.ts, "en-US", format);
  const pad = (value, width) => String(value).padStart(width, "0");
  const UNITS = ["year", "month", "day", "hour", "minute", "second", "millisecond"];

  function unit(name) {
    const found = UNITS.indexOf(String(name).toLowerCase().replace(/s$/, ""));
    if (found < 0) throw new Error(`Invalid unit ${name}`);
    return found;
  }

  function isoYear(year) {
    if (year > 9999) return "+" + pad(year, 6);
    return year < 0 ? "-" + pad(-year, 6) : pad(year, 4);
  }

  function isoDate(time, extended, precision) {
    const dash = extended ? "-" : "";
    let text = isoYear(time.year);
    if (precision >= 1) text += dash + pad(time.month, 2);
    if (precision >= 2) text += dash + pad(time.day, 2);
    return text;
  }

  function isoTime(time, options, precision) {
    const { format = "extended", suppressSeconds = false, suppressMilliseconds = false, includeOffset = true, extendedZone = false } = options;
    const colon = format === "basic" ? "" : ":";
    const { hour, minute, second, millisecond } = time;
    let text = pad(hour, 2);
    if (precision >= 4) {
      text += colon + pad(minute, 2);
      const seconds = precision >= 5 && !(suppressSeconds && millisecond === 0 && second === 0);
      if (seconds) {
        text += colon + pad(second, 2);
        if (precision >= 6 && !(suppressMilliseconds && millisecond === 0)) text += "." + pad(millisecond, 3);
      }
    }
    if (!includeOffset) return text;
    if (time.isOffsetFixed && time.offset === 0 && !extendedZone) return text + "Z";
    text += english(time, colon ? "ZZ" : "ZZZ");
    return extendedZone ? `${text}[${time.zone.ianaName}]` : text;
  }

  const TEXT = {
    toISO(options) {
      if (!this.isValid) return null;
      if (options === undefined) return host.iso(this._z, this.ts);
      const precision = unit(options.precision ?? "milliseconds");
      const date = isoDate(this, options.format !== "basic", precision);
      return precision >= 3 ? `${date}T${isoTime(this, options, precision)}` : date;
    },

    toISODate({ format = "extended", precision = "day" } = {}) {
      return this.isValid ? isoDate(this, format !== "basic", unit(precision)) : null;
    },

    toISOWeekDate() { return this.isValid ? english(this, "kkkk-'W'WW-c") : null; },

    toISOTime(options = {}) {
      if (!this.isValid) return null;
      return (options.includePrefix ? "T" : "") + isoTime(this, options, unit(options.precision ?? "milliseconds"));
    },

    toSQLDate() { return this.isValid ? isoDate(this, true, 2) : null; },

    toSQLTime({ includeOffset = true, includeZone = false, includeOffsetSpace = true } = {}) {
      if (!this.isValid) return null;
      let format = "HH:mm:ss.SSS";
      const offset = includeZone ? "z" : this.isOffsetFixed && this.offset === 0 ? "'Z'" : "ZZ";
      if (includeOffset || includeZone) format += (includeOffsetSpace ? " " : "") + offset;
      return english(this, format);
    },

    toSQL(options = {}) { return this.isValid ? `${this.toSQLDate()} ${this.toSQLTime(options)}` : null; },
    toRFC2822() { return this.isValid ? english(this, "EEE, dd LLL yyyy HH:mm:ss ZZZ") : null; },
    toHTTP() { return this.isValid ? english(this.toUTC(), "EEE, dd LLL yyyy HH:mm:ss 'GMT'") : null; },

    toObject(options = {}) {
      if (!this.isValid) return {};
      const object = {};
      for (const name of UNITS) object[name] = this[name];
      if (options.includeConfig) Object.assign(object, { outputCalendar: null, numberingSystem: this.numberingSystem, locale: this.locale });
      return object;
    },

    toLocaleString(format = DATE, options = {}) {
      if (!this.isValid) return INVALID;
      const own = typeof format === "object" && format !== null ? format : {};
      const { locale: _locale, ...shape } = own;
      return library.dateFormatter(localeOf(options, this.loc), shape, this._z).format(this.ts);
    },

    toLocaleParts(options = {}) {
      return this.isValid ? library.dateFormatter(localeOf(options, this.loc), options, this._z).formatToParts(this.ts) : [];
    },

    toRelative(options = {}) {
      if (!this.isValid) return null;
      const base = options.base || DateTime.fromObject({}, { zone: this.zone });
      const padding = options.padding ? (this < base ? -options.padding : options.padding) : 0;
      let units = ["years", "months", "days", "hours", "minutes", "seconds"];
      let only = options.unit;
      if (Array.isArray(only)) [units, only] = [only, undefined];
      return relative(base, this.plus(padding), { ...options, numeric: "always", units, unit: only, locale: options.locale ?? this.loc });
    },

    toRelativeCalendar(options = {}) {
      if (!this.isValid) return null;
      const base = options.base || DateTime.fromObject({}, { zone: this.zone });
      return relative(base, this, { ...options, numeric: "auto", units: ["years", "months", "days"], calendary: true, locale: options.locale ?? this.loc });
    },
  };
  for (const name of Object.keys(TEXT)) {
    Object.defineProperty(DateTime.prototype, name, { configurable: true, writable: true, value: TEXT[name] });
  }

  function relative(start, end, options) {
    const { units, unit: only, calendary } = options;
    const rounding = Math[options.rounding ?? "trunc"];
    const round = options.round ?? true;
    const words = new library.Intl.RelativeTimeFormat(options.locale, { numeric: options.numeric, style: options.style ?? "long" });
    const write = (count, name) => {
      const shown = calendary ? Math.round(count) : round ? rounding(count) : Math.round(count * 100) / 100;
      return words.format(Object.is(shown, -0) && count > 0 ? 0 : shown, name);
    };
    const distance = (name) => {
      if (!calendary) return end.diff(start, name).get(name);
      if (end.hasSame(start, name)) return 0;
      return end.startOf(name).diff(start.startOf(name), name).get(name);
    };
    if (only) return write(distance(only), only);
    for (const name of units) {
      const count = distance(name);
      if (Math.abs(count) >= 1) return write(count, name);
    }
    return write(start > end ? -0 : 0, units.at(-1));
  }
})
