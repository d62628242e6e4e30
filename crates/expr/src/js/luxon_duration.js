// Duration: an amount of calendar units, with Luxon's names and results.
(function (host, library) {
  "use strict";

  const UNITS = ["years", "quarters", "months", "weeks", "days", "hours", "minutes", "seconds", "milliseconds"];
  const CLOCK = { days: 1, hours: 24, minutes: 1440, seconds: 86400, milliseconds: 86400000 };

  // How many of each smaller unit one unit holds, for given lengths of a month and a year in days.
  function matrix(daysOfYear, daysOfQuarter, daysOfMonth, weeks) {
    const days = { years: daysOfYear, quarters: daysOfQuarter, months: daysOfMonth, weeks: 7, days: 1 };
    const table = { years: { quarters: 4, months: 12 }, quarters: { months: 3 }, months: {}, weeks: {}, days: {} };
    for (const unit of UNITS.slice(0, 5)) {
      if (unit in weeks) table[unit].weeks = weeks[unit];
      for (const small of UNITS.slice(4)) {
        if (small !== unit) table[unit][small] = days[unit] * CLOCK[small];
      }
    }
    table.hours = { minutes: 60, seconds: 3600, milliseconds: 3600000 };
    table.minutes = { seconds: 60, milliseconds: 60000 };
    table.seconds = { milliseconds: 1000 };
    return table;
  }
  const CASUAL = matrix(365, 91, 30, { years: 52, quarters: 13, months: 4 });
  const YEAR = 146097 / 400;
  const LONGTERM = matrix(YEAR, YEAR / 4, YEAR / 12, { years: YEAR / 7, quarters: YEAR / 28, months: YEAR / 84 });

  const NAMES = Object.create(null);
  for (const unit of UNITS) NAMES[unit] = NAMES[unit.slice(0, -1)] = unit;

  function unitOf(name) {
    const unit = NAMES[typeof name === "string" ? name.toLowerCase() : name];
    if (!unit) throw new Error(`Invalid unit ${name}`);
    return unit;
  }

  function numberOf(value) {
    const number = Number(value);
    if (typeof value === "boolean" || value === "" || !Number.isFinite(number)) {
      throw new Error(`Invalid unit value ${value}`);
    }
    return number;
  }

  // Checked values by unit name, in the order in which they were given.
  function valuesOf(object, nameOf) {
    const values = {};
    for (const key of Object.keys(object)) {
      const value = object[key];
      if (value === undefined || value === null) continue;
      values[nameOf(key)] = numberOf(value);
    }
    return values;
  }

  function milliseconds(table, values) {
    let sum = values.milliseconds ?? 0;
    for (const unit of UNITS.slice(0, 8)) if (values[unit]) sum += values[unit] * table[unit].milliseconds;
    return sum;
  }

  // Carries whole units up, then fractions down, so that all have one sign.
  function normalized(table, given) {
    const values = { ...given };
    const sign = milliseconds(table, values) < 0 ? -1 : 1;
    let small;
    for (const unit of UNITS.slice().reverse()) {
      if (values[unit] === undefined) continue;
      if (small) {
        const size = table[unit][small];
        const carried = Math.floor((values[small] * sign) / size);
        values[unit] += carried * sign;
        values[small] -= carried * size * sign;
      }
      small = unit;
    }
    let large;
    for (const unit of UNITS) {
      if (values[unit] === undefined) continue;
      if (large) {
        const fraction = values[large] % 1;
        values[large] -= fraction;
        values[unit] += fraction * table[large][unit];
      }
      large = unit;
    }
    return values;
  }

  class Duration {
    constructor(values, settings) {
      this.values = values;
      this.loc = settings.loc ?? "en-US";
      this.conversionAccuracy = settings.conversionAccuracy ?? "casual";
      this.invalid = settings.invalid ?? null;
    }

    static fromObject(object, options = {}) {
      if (object === null || object === undefined || typeof object !== "object") {
        throw new Error(`Duration.fromObject: argument expected to be an object, got ${object === null ? "null" : typeof object}`);
      }
      return new Duration(valuesOf(object, unitOf), settingsOf(options));
    }

    static fromMillis(count, options) {
      return Duration.fromObject({ milliseconds: count }, options);
    }

    static fromDurationLike(like) {
      if (typeof like === "number") return Duration.fromMillis(like);
      if (like instanceof Duration) return like;
      if (typeof like === "object") return Duration.fromObject(like);
      throw new Error(`Unknown duration argument ${like} of type ${typeof like}`);
    }

    static fromISO(text, options = {}) {
      const found = ISO.exec(text);
      if (!found) return Duration.invalid("unparsable", `the input "${text}" can't be parsed as ISO 8601`);
      const sign = found[1] ? -1 : 1;
      const values = {};
      ["years", "months", "weeks", "days", "hours", "minutes", "seconds"].forEach((unit, at) => {
        if (found[at + 2] !== undefined) values[unit] = sign * parseFloat(found[at + 2]);
      });
      if (found[9] !== undefined) {
        const below = found[8][0] === "-" ? -1 : 1;
        values.milliseconds = sign * below * Math.floor(parseFloat("0." + found[9]) * 1000);
      }
      return new Duration(values, settingsOf(options));
    }

    static fromISOTime(text, options = {}) {
      const found = /^T?(\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,](\d{1,30}))?)?)?$/.exec(text);
      if (!found) return Duration.invalid("unparsable", `the input "${text}" can't be parsed as ISO 8601`);
      const values = {};
      ["hours", "minutes", "seconds"].forEach((unit, at) => {
        if (found[at + 1] !== undefined) values[unit] = Number(found[at + 1]);
      });
      if (found[4] !== undefined) values.milliseconds = Math.floor(parseFloat("0." + found[4]) * 1000);
      return new Duration(values, settingsOf(options));
    }

    static invalid(reason, explanation = null) {
      if (!reason) throw new Error("need to specify a reason the Duration is invalid");
      return new Duration({}, { invalid: { reason, explanation } });
    }

    static isDuration(value) { return value instanceof Duration; }
    static normalizeUnit(name) { return unitOf(name); }

    get isLuxonDuration() { return true; }
    get isValid() { return this.invalid === null; }
    get invalidReason() { return this.invalid ? this.invalid.reason : null; }
    get invalidExplanation() { return this.invalid ? this.invalid.explanation : null; }
    get locale() { return this.isValid ? this.loc : null; }
    get numberingSystem() { return null; }
    get matrix() { return this.conversionAccuracy === "longterm" ? LONGTERM : CASUAL; }

    get(unit) { return this[unitOf(unit)]; }
    as(unit) { return this.isValid ? this.shiftTo(unit).get(unit) : NaN; }
    toMillis() { return this.isValid ? milliseconds(this.matrix, this.values) : NaN; }
    valueOf() { return this.toMillis(); }
    toObject() { return this.isValid ? { ...this.values } : {}; }

    with(values) { return new Duration(values, this); }

    plus(like) {
      if (!this.isValid) return this;
      const other = Duration.fromDurationLike(like);
      const sum = {};
      for (const unit of UNITS) {
        if (unit in this.values || unit in other.values) sum[unit] = this.get(unit) + other.get(unit);
      }
      return this.with(sum);
    }

    minus(like) { return this.isValid ? this.plus(Duration.fromDurationLike(like).negate()) : this; }
    negate() { return this.mapUnits((value) => (value === 0 ? 0 : -value)); }

    mapUnits(change) {
      if (!this.isValid) return this;
      const values = {};
      for (const unit of Object.keys(this.values)) values[unit] = numberOf(change(this.values[unit], unit));
      return this.with(values);
    }

    set(values) { return this.isValid ? this.with({ ...this.values, ...valuesOf(values, unitOf) }) : this; }
    reconfigure(options = {}) {
      return new Duration(this.values, { ...settingsOf(options, this), invalid: this.invalid });
    }
    setLocale(locale) { return this.reconfigure({ locale }); }
    normalize() { return this.isValid ? this.with(normalized(this.matrix, this.values)) : this; }
    rescale() { return this.isValid ? this.normalize().shiftToAll().removeZeros() : this; }

    removeZeros() {
      if (!this.isValid) return this;
      return this.with(Object.fromEntries(Object.entries(this.values).filter(([, value]) => value !== 0)));
    }

    shiftTo(...names) {
      if (!this.isValid || names.length === 0) return this;
      const units = names.map(unitOf);
      const table = this.matrix;
      const built = {};
      const waiting = {};
      let last;
      for (const unit of UNITS) {
        const own = this.values[unit];
        if (!units.includes(unit)) {
          if (own !== undefined) waiting[unit] = own;
          continue;
        }
        last = unit;
        let sum = 0;
        for (const larger of Object.keys(waiting)) {
          sum += table[larger][unit] * waiting[larger];
          waiting[larger] = 0;
        }
        if (own !== undefined) sum += own;
        built[unit] = Math.trunc(sum);
        waiting[unit] = (sum * 1000 - built[unit] * 1000) / 1000;
      }
      for (const unit of Object.keys(waiting)) {
        if (waiting[unit] !== 0) built[last] += unit === last ? waiting[unit] : waiting[unit] / table[last][unit];
      }
      return this.with(normalized(table, built));
    }

    shiftToAll() {
      return this.shiftTo("years", "months", "weeks", "days", "hours", "minutes", "seconds", "milliseconds");
    }

    toISO() {
      if (!this.isValid) return null;
      const { years, months, weeks, days, hours, minutes, seconds, milliseconds } = this;
      let text = "P";
      if (years !== 0) text += years + "Y";
      if (months !== 0 || this.quarters !== 0) text += months + this.quarters * 3 + "M";
      if (weeks !== 0) text += weeks + "W";
      if (days !== 0) text += days + "D";
      if (hours !== 0 || minutes !== 0 || seconds !== 0 || milliseconds !== 0) text += "T";
      if (hours !== 0) text += hours + "H";
      if (minutes !== 0) text += minutes + "M";
      if (seconds !== 0 || milliseconds !== 0) text += Math.round((seconds + milliseconds / 1000) * 1000) / 1000 + "S";
      return text === "P" ? "PT0S" : text;
    }

    toISOTime(options = {}) {
      const millis = this.toMillis();
      if (!(millis >= 0 && millis < 86400000)) return null;
      return library.DateTime.fromMillis(millis, { zone: "UTC" }).toISOTime({ ...options, includeOffset: false });
    }

    toJSON() { return this.toISO(); }
    toString() { return this.toISO(); }

    toHuman(options = {}) {
      if (!this.isValid) return "Invalid Duration";
      const { listStyle = "narrow", showZeros = true, ...rest } = options;
      const words = UNITS.filter((unit) => this.values[unit] !== undefined && (showZeros || this.values[unit] !== 0)).map((unit) =>
        new library.Intl.NumberFormat(this.loc, { style: "unit", unitDisplay: "long", ...rest, unit: unit.slice(0, -1) }).format(this.values[unit]));
      return new library.Intl.ListFormat(this.loc, { type: "conjunction", style: listStyle }).format(words);
    }

    toFormat(format, options = {}) {
      if (!this.isValid) return "Invalid Duration";
      const tokens = host.tokens(String(format));
      const letters = { S: "milliseconds", s: "seconds", m: "minutes", h: "hours", d: "days", w: "weeks", M: "months", y: "years" };
      const wanted = tokens.filter((token) => token[0] === "=").map((token) => letters[token[1]]).filter(Boolean);
      const shifted = this.shiftTo(...wanted);
      const negative = options.signMode === "negativeLargestOnly" || options.signMode === "all" ? options.signMode : null;
      let first = true;
      return tokens.map((token) => {
        const unit = token[0] === "=" ? letters[token[1]] : undefined;
        if (!unit) return token.slice(1);
        let value = shifted.get(unit);
        if (negative === "negativeLargestOnly" && !first) value = Math.abs(value);
        first = false;
        const whole = options.floor === false ? value : value < 0 ? Math.ceil(value) : Math.floor(value);
        const sign = value < 0 ? "-" : negative === "all" && value > 0 ? "+" : "";
        return sign + String(Math.abs(whole)).padStart(token.length - 1, "0");
      }).join("");
    }

    equals(other) {
      if (!this.isValid || !other.isValid || this.loc !== other.loc) return false;
      return UNITS.every((unit) => (this.values[unit] || 0) === (other.values[unit] || 0));
    }
  }

  for (const unit of UNITS) {
    Object.defineProperty(Duration.prototype, unit, {
      configurable: true,
      get() { return this.isValid ? this.values[unit] || 0 : NaN; },
    });
  }

  const NUMBER = "(-?\\d{1,20}(?:\\.\\d{1,20})?)";
  const ISO = new RegExp(`^(-)?P(?:${NUMBER}Y)?(?:${NUMBER}M)?(?:${NUMBER}W)?(?:${NUMBER}D)?(?:T(?:${NUMBER}H)?(?:${NUMBER}M)?(?:(-?\\d{1,20})(?:[.,](\\d{1,20}))?S)?)?$`);

  function settingsOf(options, before = {}) {
    return {
      loc: options.locale ?? before.loc,
      conversionAccuracy: options.conversionAccuracy ?? before.conversionAccuracy,
    };
  }

  library.Duration = Duration;
  library.durationUnits = { UNITS, unitOf, numberOf, valuesOf };
})
