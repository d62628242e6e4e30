// The names of dates, and the extension methods of `Date` and `DateTime`.
(function (host, library) {
  "use strict";

  const { DateTime, Duration, Interval, names, extensions: { date, string, number }, ExpressionExtensionError } = library;

  names.$now = () => DateTime.now();
  names.$today = () => DateTime.now().startOf("day");
  names.DateTime = () => DateTime;
  names.Duration = () => Duration;
  names.Interval = () => Interval;

  const fixed = (what) => { throw new Error(`Settings.${what} cannot be changed in the sandbox: give the zone or the locale to each call`); };
  class Settings {
    static get defaultZone() { return DateTime.now().zone; }
    static set defaultZone(_) { fixed("defaultZone"); }
    static get defaultLocale() { return "en-US"; }
    static set defaultLocale(_) { fixed("defaultLocale"); }
    static get throwOnInvalid() { return false; }
    static set throwOnInvalid(_) { fixed("throwOnInvalid"); }
    static get now() { return host.now; }
    static set now(_) { fixed("now"); }
  }
  const zoned = (month, day, locale) => DateTime.fromObject({ year: 2025, month, day }, { zone: "utc", locale });
  const LETTERS = { numeric: "", "2-digit": "2", narrow: "5", short: "3", long: "4" };
  const list = (count, make) => Array.from({ length: count }, (_, at) => make(at + 1));
  const months = (letter) => (length = "long", { locale = "en-US" } = {}) => list(12, (month) => {
    const size = LETTERS[length];
    return zoned(month, 1, locale).toFormat(size === "" ? letter : letter.repeat(Number(size)));
  });
  // 2025-09-01 was a Monday.
  const weekdays = (letter) => (length = "long", { locale = "en-US" } = {}) => list(7, (day) => zoned(9, day, locale).toFormat(letter.repeat(Number(LETTERS[length] || 1))));
  class Info {
    static months = months("L");
    static monthsFormat = months("M");
    static weekdays = weekdays("c");
    static weekdaysFormat = weekdays("E");
    static meridiems({ locale = "en-US" } = {}) { return [9, 15].map((hour) => zoned(1, 1, locale).set({ hour }).toFormat("a")); }
    static eras(length = "short", { locale = "en-US" } = {}) { return [-1, 2025].map((year) => DateTime.fromObject({ year }, { zone: "utc", locale }).toFormat({ narrow: "GGGGG", long: "GG" }[length] ?? "G")); }
    static hasDST(zone) {
      const [winter, summer] = [1, 7].map((month) => DateTime.fromObject({ month, day: 1 }, zone === undefined ? {} : { zone }));
      return winter.offset !== summer.offset;
    }
    static isValidIANAZone(zone) { return host.zone(String(zone)) >= 0; }
    static normalizeZone(zone) { return DateTime.now().setZone(zone).zone; }
    static getStartOfWeek({ locale = "en-US" } = {}) { return host.firstWeekday(locale); }
    static features() { return { relative: true, localeWeek: true }; }
  }
  names.Settings = () => Settings;
  names.Info = () => Info;
  library.Settings = Settings;
  library.Info = Info;
  library.closed.push(DateTime, Duration, Interval, Settings, Info, library.Intl);

  // Work on moments; a Date gives a Date back.
  const isDate = (it) => it instanceof Date;
  // A text that is a date by itself has the methods of dates, and none of its own; it is no moment.
  const moment = (it) => (isDate(it) ? DateTime.fromJSDate(it) : typeof it === "string" ? DateTime.invalid("unparsable") : it);
  const back = (it, result) => (isDate(it) ? result.toJSDate() : result);
  const readers = [
    (text) => DateTime.fromISO(text, { setZone: true }),
    (text) => DateTime.fromHTTP(text, { setZone: true }),
    (text) => DateTime.fromRFC2822(text, { setZone: true }),
    (text) => DateTime.fromSQL(text, { setZone: true }),
  ];
  function parsed(text) {
    for (const read of readers) {
      const found = read(text);
      if (found.isValid) return found;
    }
    const ts = Date.parse(text);
    return Number.isNaN(ts) ? undefined : DateTime.fromMillis(ts);
  }
  function momentOf(it, name) {
    const found = typeof it === "string" ? parsed(it) : typeof it === "number" ? DateTime.fromMillis(it) : isDate(it) || it instanceof DateTime ? moment(it) : undefined;
    if (found === undefined) throw new ExpressionExtensionError(`${name}(): expected a date, e.g. a DateTime or an ISO string`);
    return found;
  }

  const UNITS = ["years", "quarters", "months", "weeks", "days", "hours", "minutes", "seconds", "milliseconds"];
  const unitOf = (unit) => {
    const name = String(unit).toLowerCase();
    const short = { y: "years", q: "quarters", m: "minutes", w: "weeks", d: "days", h: "hours", s: "seconds", ms: "milliseconds", sec: "seconds", min: "minutes" }[name];
    return short ?? (UNITS.includes(name) ? name : `${name}s`);
  };
  const amount = (many, unit) => (typeof many === "object" ? many : { [unitOf(unit ?? "milliseconds")]: Number(many) });
  date.plus = (it, many, unit) => back(it, moment(it).plus(amount(many, unit)));
  date.minus = (it, many, unit) => back(it, moment(it).minus(amount(many, unit)));
  date.format = (it, format = "yyyy-MM-dd", options = {}) => moment(it).toFormat(format, options);
  date.beginningOf = (it, unit = "week") => back(it, moment(it).startOf(unitOf(unit)));
  date.endOfMonth = (it) => back(it, moment(it).endOf("month"));
  const PARTS = { week: "weekNumber", weeks: "weekNumber", weekday: "weekday", yearDayNumber: "ordinal", weekDayNumber: "weekday" };
  date.extract = (it, part = "week") => moment(it).get(PARTS[part] ?? String(part).replace(/s$/, ""));
  date.isBetween = (it, first, second) => {
    const [a, b, at] = [momentOf(first, "isBetween"), momentOf(second, "isBetween"), moment(it)];
    return a < b ? a < at && at < b : b < at && at < a;
  };
  date.isDst = (it) => moment(it).isInDST;
  date.isInLast = (it, many = 0, unit = "minutes") => {
    const at = moment(it), now = DateTime.now();
    return now.minus({ [unitOf(unit)]: many }) <= at && at <= now;
  };
  date.isWeekend = (it) => moment(it).weekday > 5;
  date.isEmpty = () => false;
  date.isNotEmpty = () => true;
  date.toDateTime = (it) => moment(it);
  date.toInt = (it) => moment(it).toMillis();
  date.toFloat = date.toInt;
  date.toBoolean = () => undefined;
  const apart = (later, earlier, unit) => {
    const units = (Array.isArray(unit) ? unit : [unit]).map(unitOf);
    const length = later.diff(earlier, units).toObject();
    return units.length === 1 ? length[units[0]] : length;
  };
  // A `Date` has no way to tell how far another is.
  date.diffTo = (it, other, unit = "days") => (isDate(it) ? undefined : apart(moment(it), momentOf(other, "diffTo"), unit));
  date.diffToNow = (it, unit = "days") => (isDate(it) ? undefined : apart(moment(it), DateTime.now(), unit));

  string.toDateTime = (it, format) => {
    if (format !== undefined) {
      const scale = { ms: 1, s: 1000, us: 0.001 }[format];
      if (scale !== undefined) return DateTime.fromMillis(Number(it) * scale);
      if (format === "excel") return number.toDateTime(Number(it), "excel");
      return DateTime.fromFormat(it, format);
    }
    const found = parsed(it);
    if (found === undefined) throw new ExpressionExtensionError("cannot convert to Luxon DateTime");
    return found;
  };
  string.toDate = (it) => {
    const found = new Date(it);
    if (Number.isNaN(+found)) throw new ExpressionExtensionError("cannot convert to date");
    return found;
  };
  number.toDateTime = (it, format = "ms") => {
    switch (format) {
      case "ms": return DateTime.fromMillis(it);
      case "s": return DateTime.fromSeconds(it);
      case "us": return DateTime.fromMillis(it / 1000);
      case "excel": return DateTime.fromMillis(Math.round((it - 25569) * 86400000));
      default: throw new ExpressionExtensionError(`Unsupported format '${format}'. toDateTime() supports 'ms', 's', 'us' and 'excel'.`);
    }
  };
})
