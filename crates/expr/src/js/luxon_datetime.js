// DateTime: a moment in a zone and a locale, with Luxon's names and results.
// The calendar itself is the host's: a zone is a number there, a moment is milliseconds since 1970.
(function (host, library) {
  "use strict";

  const { unitOf: durationUnit, numberOf, UNITS } = library.durationUnits;
  const INVALID = "Invalid DateTime";
  const FIELDS = ["year", "month", "day", "hour", "minute", "second", "millisecond", "weekYear", "weekNumber", "weekday", "ordinal"];
  const NAMES = Object.create(null);
  for (const field of FIELDS) NAMES[field.toLowerCase()] = NAMES[field.toLowerCase() + "s"] = field;
  Object.assign(NAMES, { quarter: "quarter", quarters: "quarter", weeksnumber: "weekNumber", weeknumbers: "weekNumber",
    localweekday: "localWeekday", localweekdays: "localWeekday", localweeknumber: "localWeekNumber",
    localweeknumbers: "localWeekNumber", localweekyear: "localWeekYear", localweekyears: "localWeekYear" });

  function fieldOf(name) {
    const field = NAMES[String(name).toLowerCase()];
    if (!field) throw new Error(`Invalid unit ${name}`);
    return field;
  }

  const STEPS = ["year", "quarter", "month", "week", "day", "hour", "minute", "second", "millisecond"];
  const stepOf = (name) => UNITS.indexOf(durationUnit(name));
  const now = library.now;

  // A zone as users see it; DateTimes hold only its number.
  class Zone {
    #number;
    // What there is to see of one is what Luxon's zones have of their own.
    constructor(number) {
      this.#number = number;
      if (this.isUniversal) this.fixed = host.offset(number, 0);
      else Object.assign(this, { zoneName: this.name, valid: true });
    }
    get number() { return this.#number; }
    get name() { return host.zoneName(this.number); }
    get ianaName() { return this.isUniversal ? (this.name === "UTC" ? "Etc/UTC" : `Etc/${this.name}`) : this.name; }
    get type() { return this.isUniversal ? "fixed" : "iana"; }
    get isUniversal() { return host.zoneIsFixed(this.number); }
    get isValid() { return true; }
    offset(ts) { return host.offset(this.number, ts); }
    offsetName(ts, { format, locale } = {}) { return host.offsetName(this.number, ts, locale ?? "en-US", format === "long"); }
    formatOffset(ts, format) { return host.format(this.number, ts, "en-US", format === "techie" ? "ZZZ" : format === "narrow" ? "Z" : "ZZ"); }
    equals(other) { return other instanceof Zone && other.number === this.number; }
    toString() { return this.name; }
  }
  const zones = new Map();
  function zoneObject(number) {
    if (!zones.has(number)) zones.set(number, new Zone(number));
    return zones.get(number);
  }

  // The number of a zone as users write one; -1 when there is no such zone.
  function zoneNumber(zone) {
    if (zone === undefined || zone === null) return host.defaultZone();
    if (zone instanceof Zone) return zone.number;
    if (typeof zone === "number") return host.zoneFixed(zone);
    if (typeof zone !== "string") return typeof zone?.name === "string" ? host.zone(zone.name) : -1;
    const lower = zone.toLowerCase();
    if (lower === "default") return host.defaultZone();
    // The sandbox itself runs in UTC, whatever the zone of the workflow.
    return host.zone(lower === "local" || lower === "system" ? "utc" : zone);
  }

  function localeOf(options, before) {
    let locale = options.locale === undefined || options.locale === null ? before ?? "en-US" : String(options.locale);
    if (options.numberingSystem) locale += `-u-nu-${options.numberingSystem}`;
    return locale;
  }

  function make(ts, zone, locale) { return new DateTime(SECRET, ts, zone, locale); }

  function invalid(reason, explanation = null) {
    const result = new DateTime(SECRET, NaN, host.defaultZone(), "en-US");
    result.invalid = { reason, explanation };
    return result;
  }

  const badZone = (zone) => invalid("unsupported zone", `the zone "${zone?.name ?? zone}" is not supported`);

  // A host answer is a number, or [reason, explanation, whether Luxon throws].
  function settle(answer, zone, locale) {
    if (typeof answer === "number") return make(answer, zone, locale);
    if (answer[2] === "throw") throw new Error(answer[0]);
    return invalid(answer[0], answer[1] || null);
  }

  function parsed(kind, text, options, format = "") {
    const zone = zoneNumber(options.zone), locale = localeOf(options);
    if (text === undefined || text === null) text = String(text);
    if (zone < 0) return badZone(options.zone);
    const answer = host.parse(kind, String(text), zone, now(), format, locale);
    if (typeof answer[0] !== "number") return settle(answer, zone, locale);
    return make(answer[0], options.setZone && answer[1] >= 0 ? answer[1] : zone, locale);
  }

  function fromFields(object, zone, locale, guess) {
    const list = FIELDS.map(() => NaN);
    for (const key of Object.keys(object)) {
      const value = object[key];
      if (value === undefined || value === null) continue;
      const field = fieldOf(key), number = numberOf(value);
      const at = FIELDS.indexOf(field);
      if (at >= 0) list[at] = number;
      else if (field === "localWeekday") list[9] = number;
      else if (field === "localWeekNumber") list[8] = number;
      else if (field === "localWeekYear") list[7] = number;
      else throw new Error(`Invalid unit ${key}`);
    }
    const at = now();
    return settle(host.fromFields(zone, at, guess ?? host.offset(zone, at), list), zone, locale);
  }

  function quick(list, zone, options) {
    if (list.length === 0) return make(now(), zone, localeOf(options));
    const object = {};
    list.forEach((value, at) => { object[FIELDS[at]] = value; });
    return fromFields(object, zone, localeOf(options));
  }

  function optionsLast(list) {
    const last = list.at(-1);
    return typeof last === "object" && last !== null ? [last, list.slice(0, -1)] : [{}, list];
  }

  // The parts that a duration moves: whole months, whole days, the rest in milliseconds.
  function move(time, like, sign) {
    if (!time.isValid) return time;
    const duration = library.Duration.fromDurationLike(like);
    if (!duration.isValid) return invalid(duration.invalid.reason, duration.invalid.explanation);
    const { years = 0, quarters = 0, months = 0, weeks = 0, days = 0 } = duration.values;
    const rest = { ...duration.values, years: years % 1, quarters: quarters % 1, months: months % 1, weeks: weeks % 1, days: days % 1 };
    const wholeMonths = Math.trunc(years) * 12 + Math.trunc(quarters) * 3 + Math.trunc(months);
    const ms = sign * library.Duration.fromObject(rest).as("milliseconds");
    const ts = host.plus(time._z, time.ts, sign * wholeMonths, sign * (Math.trunc(weeks) * 7 + Math.trunc(days)), ms);
    return checked(ts, time._z, time.loc);
  }

  function checked(ts, zone, locale) {
    return Math.abs(ts) <= 8.64e15 ? make(ts, zone, locale) : invalid("Timestamp out of range");
  }

  const SECRET = {};

  class DateTime {
    constructor(secret, ts, zone, locale) {
      if (secret !== SECRET) throw new TypeError("use DateTime.now(), DateTime.fromISO() and the like");
      this.ts = ts;
      this._z = zone;
      this.loc = locale;
      this.invalid = null;
    }

    static now() { return make(now(), host.defaultZone(), "en-US"); }

    static local(...list) {
      const [options, values] = optionsLast(list);
      const zone = zoneNumber(options.zone);
      return zone < 0 ? badZone(options.zone) : quick(values, zone, options);
    }

    static utc(...list) {
      const [options, values] = optionsLast(list);
      return quick(values, host.zone("utc"), options);
    }

    static fromJSDate(date, options = {}) {
      const ts = Object.prototype.toString.call(date) === "[object Date]" ? date.valueOf() : NaN;
      if (Number.isNaN(ts)) return invalid("invalid input");
      const zone = zoneNumber(options.zone);
      return zone < 0 ? badZone(options.zone) : make(ts, zone, localeOf(options));
    }

    static fromMillis(ms, options = {}) {
      if (typeof ms !== "number") {
        throw new Error(`fromMillis requires a numerical input, but received a ${typeof ms} with value ${ms}`);
      }
      const zone = zoneNumber(options.zone);
      if (!(Math.abs(ms) <= 8.64e15)) return invalid(Number.isNaN(ms) ? "invalid input" : "Timestamp out of range");
      return zone < 0 ? badZone(options.zone) : make(ms, zone, localeOf(options));
    }

    static fromSeconds(seconds, options = {}) {
      if (typeof seconds !== "number") throw new Error("fromSeconds requires a numerical input");
      return DateTime.fromMillis(seconds * 1000, options);
    }

    static fromObject(object = {}, options = {}) {
      const zone = zoneNumber(options.zone);
      if (zone < 0) return badZone(options.zone);
      return fromFields(object ?? {}, zone, localeOf(options));
    }

    static fromISO(text, options = {}) { return parsed(0, text, options); }
    static fromSQL(text, options = {}) { return parsed(1, text, options); }
    static fromRFC2822(text, options = {}) { return parsed(2, text, options); }
    static fromHTTP(text, options = {}) { return parsed(3, text, options); }

    static fromFormat(text, format, options = {}) {
      if (text === undefined || text === null || format === undefined || format === null) {
        throw new Error("fromFormat requires an input string and a format");
      }
      return parsed(4, text, options, String(format));
    }

    static fromString(text, format, options) { return DateTime.fromFormat(text, format, options); }

    static invalid(reason, explanation = null) {
      if (!reason) throw new Error("need to specify a reason the DateTime is invalid");
      return invalid(reason, explanation);
    }

    static isDateTime(value) { return value instanceof DateTime; }
    static min(...times) { return extreme(times, "min", (a, b) => a < b); }
    static max(...times) { return extreme(times, "max", (a, b) => a > b); }

    get isLuxonDateTime() { return true; }
    get isValid() { return this.invalid === null; }
    get invalidReason() { return this.invalid ? this.invalid.reason : null; }
    get invalidExplanation() { return this.invalid ? this.invalid.explanation : null; }
    get locale() { return this.isValid ? this.loc.replace(/-u-.*/, "") : null; }
    get numberingSystem() { return /-u-.*nu-(\w+)/.exec(this.loc)?.[1] ?? null; }
    get outputCalendar() { return null; }
    get zone() { return zoneObject(this._z); }
    get zoneName() { return this.isValid ? host.zoneName(this._z) : null; }
    get offset() { return this.isValid ? host.offset(this._z, this.ts) : NaN; }
    get offsetNameShort() { return this.isValid ? host.offsetName(this._z, this.ts, this.loc, false) : null; }
    get offsetNameLong() { return this.isValid ? host.offsetName(this._z, this.ts, this.loc, true) : null; }
    get isOffsetFixed() { return this.isValid ? host.zoneIsFixed(this._z) : null; }
    get isInDST() { return this.isValid && host.isDst(this._z, this.ts); }
    get isInLeapYear() { return (this.year % 4 === 0 && this.year % 100 !== 0) || this.year % 400 === 0; }
    get daysInMonth() { return this.isValid ? this.endOf("month").day : NaN; }
    get daysInYear() { return this.isValid ? (this.isInLeapYear ? 366 : 365) : NaN; }
    get weeksInWeekYear() { return this.isValid ? host.weeksIn(this.weekYear, "") : NaN; }
    get weeksInLocalWeekYear() { return this.isValid ? host.weeksIn(this.localWeekYear, this.loc) : NaN; }
    get quarter() { return this.isValid ? Math.ceil(this.month / 3) : NaN; }
    get monthShort() { return this.isValid ? this.toFormat("LLL") : null; }
    get monthLong() { return this.isValid ? this.toFormat("LLLL") : null; }
    get weekdayShort() { return this.isValid ? this.toFormat("ccc") : null; }
    get weekdayLong() { return this.isValid ? this.toFormat("cccc") : null; }
    get isWeekend() { return this.isValid && host.isWeekend(this._z, this.ts, this.loc); }
    get localWeekday() { return this.isValid ? host.localWeek(this._z, this.ts, this.loc)[2] : NaN; }
    get localWeekNumber() { return this.isValid ? host.localWeek(this._z, this.ts, this.loc)[1] : NaN; }
    get localWeekYear() { return this.isValid ? host.localWeek(this._z, this.ts, this.loc)[0] : NaN; }

    get(unit) { return this[unit]; }
    valueOf() { return this.toMillis(); }
    toMillis() { return this.isValid ? this.ts : NaN; }
    toSeconds() { return this.isValid ? this.ts / 1000 : NaN; }
    toUnixInteger() { return this.isValid ? Math.floor(this.ts / 1000) : NaN; }
    toJSDate() { return new library.Date(this.isValid ? this.ts : NaN); }
    toBSON() { return this.toJSDate(); }
    toJSON() { return this.toISO(); }
    toString() { return this.isValid ? this.toISO() : INVALID; }

    plus(like) { return move(this, like, 1); }
    minus(like) { return move(this, like, -1); }

    set(values) {
      if (!this.isValid) return this;
      const given = {};
      for (const key of Object.keys(values)) {
        if (values[key] !== undefined && values[key] !== null) given[fieldOf(key)] = numberOf(values[key]);
      }
      const has = (...names) => names.some((name) => given[name] !== undefined);
      if (has("localWeekYear", "localWeekNumber", "localWeekday")) {
        const [year, week, weekday] = host.localWeek(this._z, this.ts, this.loc);
        const first = host.weekStart(this._z, this.ts, given.localWeekYear ?? year, this.loc);
        const days = ((given.localWeekNumber ?? week) - 1) * 7 + (given.localWeekday ?? weekday) - 1;
        return checked(host.plus(this._z, first, 0, days, this.ts - host.startOf(this._z, this.ts, 4, 1)), this._z, this.loc);
      }
      const byWeek = has("weekYear", "weekNumber", "weekday");
      const byDate = has("year", "month", "day");
      if ((byDate || has("ordinal")) && has("weekYear", "weekNumber")) {
        throw new Error("Can't mix weekYear/weekNumber units with year/month/day or ordinals");
      }
      if (has("month", "day") && has("ordinal")) throw new Error("Can't mix ordinal dates with month/day");
      const { hour, minute, second, millisecond, year, month, day, weekYear, weekNumber, weekday, ordinal } = this;
      const clock = { hour, minute, second, millisecond };
      let all;
      if (byWeek && !byDate) all = { weekYear, weekNumber, weekday, ...clock, ...given };
      else if (has("ordinal")) all = { year, ordinal, ...clock, ...given };
      else {
        all = { year, month, day, ...clock, ...given };
        // A day that was not asked for is cut to the month.
        if (given.day === undefined) all.day = Math.min(day, host.monthLength(all.year, all.month));
      }
      const list = FIELDS.map((field) => all[field] ?? NaN);
      return settle(host.fromFields(this._z, this.ts, this.offset, list), this._z, this.loc);
    }

    startOf(unit, { useLocaleWeeks = false } = {}) {
      const step = stepOf(unit);
      if (!this.isValid) return this;
      const first = useLocaleWeeks ? host.firstWeekday(this.loc) : 1;
      return make(host.startOf(this._z, this.ts, step, first), this._z, this.loc);
    }

    endOf(unit, { useLocaleWeeks = false } = {}) {
      const step = stepOf(unit);
      if (!this.isValid) return this;
      const first = useLocaleWeeks ? host.firstWeekday(this.loc) : 1;
      return make(host.endOf(this._z, this.ts, step, first), this._z, this.loc);
    }

    setZone(zone, { keepLocalTime = false, keepCalendarTime = false } = {}) {
      const number = zoneNumber(zone);
      if (number === this._z) return this;
      if (number < 0) return badZone(zone);
      if (!this.isValid) return this;
      let ts = this.ts;
      if (keepLocalTime || keepCalendarTime) ts = host.keepClock(this._z, ts, number);
      return make(ts, number, this.loc);
    }

    toUTC(offset = 0, options = {}) { return this.setZone(host.zoneFixed(Number(offset)) < 0 ? "utc" : Number(offset), options); }
    toLocal() { return this.setZone(null); }

    reconfigure(options = {}) {
      const result = make(this.ts, this._z, localeOf(options, this.loc));
      result.invalid = this.invalid;
      return result;
    }

    setLocale(locale) { return this.reconfigure({ locale }); }

    toFormat(format, options = {}) {
      return this.isValid ? host.format(this._z, this.ts, localeOf(options, this.loc), String(format)) : INVALID;
    }

    resolvedLocaleOptions() {
      const { locale, numberingSystem, calendar } = library.dateFormatter(this.loc, {}, this._z).resolvedOptions();
      return { locale, numberingSystem, outputCalendar: calendar };
    }

    equals(other) {
      return this.isValid && other.isValid && this.ts === other.ts && this._z === other._z && this.loc === other.loc;
    }

    hasSame(other, unit, options) {
      if (!this.isValid) return false;
      const at = other.valueOf();
      const there = this.setZone(other.zone, { keepLocalTime: true });
      return there.startOf(unit, options) <= at && at <= there.endOf(unit, options);
    }

    until(other) { return this.isValid ? library.Interval.fromDateTimes(this, other) : this; }
    diffNow(unit = "milliseconds", options = {}) { return this.diff(DateTime.now(), unit, options); }

    diff(other, unit = "milliseconds", options = {}) {
      const { Duration } = library;
      if (!this.isValid || !other.isValid) return Duration.invalid("created by diffing an invalid DateTime");
      const units = (Array.isArray(unit) ? unit : [unit]).map(durationUnit);
      let mask = 0;
      for (const name of units) mask |= 1 << UNITS.indexOf(name);
      const forward = other.ts > this.ts;
      const counts = forward ? host.between(this._z, this.ts, other._z, other.ts, mask) : host.between(other._z, other.ts, this._z, this.ts, mask);
      const values = {};
      for (const name of UNITS) {
        if (units.includes(name)) values[name] = (forward ? -counts[UNITS.indexOf(name)] : counts[UNITS.indexOf(name)]) || 0;
      }
      return Duration.fromObject(values, { locale: this.loc, ...options });
    }
  }

  FIELDS.concat("offsetMinutes").forEach((field) => {
    const at = ["year", "month", "day", "hour", "minute", "second", "millisecond", "offsetMinutes", "weekday", "weekYear", "weekNumber", "ordinal"].indexOf(field);
    if (field === "offsetMinutes") return;
    Object.defineProperty(DateTime.prototype, field, {
      configurable: true,
      get() { return this.isValid ? host.field(this._z, this.ts, at) : NaN; },
    });
  });

  function extreme(times, name, better) {
    if (!times.every(DateTime.isDateTime)) throw new Error(`${name} requires all arguments be DateTimes`);
    return times.reduce((best, time) => (best === undefined || better(time.valueOf(), best.valueOf()) ? time : best), undefined);
  }

  library.DateTime = DateTime;
  library.dateTimeParts = { make, INVALID, STEPS, localeOf, zoneNumber };
})
