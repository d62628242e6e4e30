// Dates by Luxon, for nodes: each of `$rows` names an operation, and gets `{ value }` or `{ error }`.
// `from` is the zone of dates that name none, `zone` the one to answer in; empty is the workflow's.
const OPERATIONS = {
  read: (row) => read(row.date, row).toMillis(),
  iso: (row) => read(row.date, row).toISO(),
  now: (row) => (row.wholeDay ? DateTime.now().setZone(zoneOf(row.zone)).startOf("day") : DateTime.now().setZone(zoneOf(row.zone))).toISO(),
  format: (row) => {
    const date = read(row.date, row);
    return row.tokens === "moment" ? writeMoment(date.setLocale("en"), row.format) : date.toFormat(row.format);
  },
  add: (row) => {
    const date = read(row.date, row).plus({ [row.unit]: row.amount });
    return row.utc ? date.toUTC().toISO() : date.toISO();
  },
  down: (row) => read(row.date, row).startOf(row.unit).toISO(),
  up: (row) => read(row.date, row).plus({ [row.unit]: 1 }).startOf(row.unit).toISO(),
  part: (row) => {
    const date = read(row.date, row);
    return row.unit === "week" ? date.weekNumber : date.get(row.unit);
  },
  between: (row) => {
    const span = read(row.end, row).diff(read(row.date, row), row.units);
    return row.iso ? span.toISO() : span.toObject();
  },
};

function zoneOf(name) {
  if (!name) return "default";
  if (!DateTime.utc().setZone(name).isValid) throw new Error(`the time zone \`${name}\` is not known`);
  return name;
}

function read(date, row) {
  const from = zoneOf(row.from);
  const found = point(date, row, from);
  if (!found?.isValid) {
    const shown = typeof date === "string" ? date : JSON.stringify(date ?? null);
    throw new Error(row.fromFormat ? `\`${shown}\` is no date of the form \`${row.fromFormat}\`` : `\`${shown}\` is no date that can be read; say its format`);
  }
  if (row.zone === "own") return typeof date === "string" && !row.fromFormat ? DateTime.fromISO(date, { setZone: true }) : found;
  if (row.zone === "written") return found.setZone(written(date));
  return found.setZone(zoneOf(row.zone));
}

// East of UTC the whole hours that a date is written with count, else UTC.
function written(date) {
  const east = String(date).split("+")[1]?.slice(0, 2);
  return east !== undefined && Number(east) > 0 ? `Etc/GMT-${Number(east)}` : "utc";
}

function point(date, row, from) {
  if (date === null || date === "" || typeof date === "boolean" || typeof date === "object") return null;
  if (row.fromFormat) {
    return row.tokens === "moment" ? readMoment(String(date), row.fromFormat, from) : DateTime.fromFormat(String(date), row.fromFormat, { zone: from });
  }
  const number = typeof date === "string" && date.trim() === "" ? NaN : Number(date);
  if (!Number.isNaN(number)) {
    // Seconds with a fraction, seconds, or milliseconds: those have more digits since 1973.
    if (!Number.isInteger(number)) return DateTime.fromMillis(Math.round(number * 1000));
    return String(number).length < 12 ? DateTime.fromSeconds(number) : DateTime.fromMillis(number);
  }
  const text = date.trim();
  for (const known of [DateTime.fromISO(text, { zone: from }), DateTime.fromSQL(text, { zone: from })]) {
    if (known.isValid) return known;
  }
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) return null;
  const local = DateTime.fromMillis(ms);
  const names = /(?:\b(?:Z|UT|UTC|GMT)|[+-]\d{2}:?\d{2}|\b[ECMP][SD]T)(?:\s*\(.*\))?$/i.test(text);
  return names ? local : local.setZone(from, { keepLocalTime: true });
}

const ordinal = (n) => `${n}${n % 100 > 10 && n % 100 < 14 ? "th" : ({ 1: "st", 2: "nd", 3: "rd" })[n % 10] ?? "th"}`;
const pad = (n, width = 2) => String(n).padStart(width, "0");

// The number of a week that begins on Sunday; the first one holds January 1st.
function sundayWeek(d) {
  const sunday = d.startOf("day").minus({ days: d.weekday % 7 });
  const saturday = sunday.plus({ days: 6 });
  const first = DateTime.fromObject({ year: saturday.year }, { zone: d.zone });
  const start = first.minus({ days: first.weekday % 7 });
  return { year: saturday.year, week: Math.round(sunday.diff(start, "days").days / 7) + 1 };
}

const WRITE = {
  YYYY: (d) => pad(d.year, 4), YY: (d) => pad(d.year % 100), Y: (d) => String(d.year),
  Q: (d) => d.quarter, Qo: (d) => ordinal(d.quarter),
  MMMM: (d) => d.monthLong, MMM: (d) => d.monthShort, MM: (d) => pad(d.month), Mo: (d) => ordinal(d.month), M: (d) => d.month,
  DDDD: (d) => pad(d.ordinal, 3), DDDo: (d) => ordinal(d.ordinal), DDD: (d) => d.ordinal,
  DD: (d) => pad(d.day), Do: (d) => ordinal(d.day), D: (d) => d.day,
  dddd: (d) => d.weekdayLong, ddd: (d) => d.weekdayShort, dd: (d) => d.weekdayShort.slice(0, 2),
  do: (d) => ordinal(d.weekday % 7), d: (d) => d.weekday % 7, e: (d) => d.weekday % 7, E: (d) => d.weekday,
  ww: (d) => pad(sundayWeek(d).week), wo: (d) => ordinal(sundayWeek(d).week), w: (d) => sundayWeek(d).week,
  WW: (d) => pad(d.weekNumber), Wo: (d) => ordinal(d.weekNumber), W: (d) => d.weekNumber,
  gggg: (d) => pad(sundayWeek(d).year, 4), gg: (d) => pad(sundayWeek(d).year % 100),
  GGGG: (d) => pad(d.weekYear, 4), GG: (d) => pad(d.weekYear % 100),
  A: (d) => (d.hour < 12 ? "AM" : "PM"), a: (d) => (d.hour < 12 ? "am" : "pm"),
  HH: (d) => pad(d.hour), H: (d) => d.hour, hh: (d) => pad((d.hour + 11) % 12 + 1), h: (d) => (d.hour + 11) % 12 + 1,
  kk: (d) => pad(d.hour || 24), k: (d) => d.hour || 24,
  mm: (d) => pad(d.minute), m: (d) => d.minute, ss: (d) => pad(d.second), s: (d) => d.second,
  SSS: (d) => pad(d.millisecond, 3), SS: (d) => pad(Math.floor(d.millisecond / 10)), S: (d) => Math.floor(d.millisecond / 100),
  X: (d) => Math.floor(d.toSeconds()), x: (d) => d.toMillis(),
  Z: (d) => d.toFormat("ZZ"), ZZ: (d) => d.toFormat("ZZZ"), z: (d) => d.offsetNameShort, zz: (d) => d.offsetNameShort,
};
const MACROS = {
  LTS: "h:mm:ss A", LT: "h:mm A", LLLL: "dddd, MMMM D, YYYY h:mm A", LLL: "MMMM D, YYYY h:mm A", LL: "MMMM D, YYYY", L: "MM/DD/YYYY",
  llll: "ddd, MMM D, YYYY h:mm A", lll: "MMM D, YYYY h:mm A", ll: "MMM D, YYYY", l: "M/D/YYYY",
};
const longestFirst = (names) => [...names].sort((a, b) => b.length - a.length).join("|");
const TOKEN = new RegExp(`\\[([^\\[\\]]*)\\]|(${longestFirst(Object.keys(WRITE))})`, "g");
const MACRO = new RegExp(`\\[[^\\[\\]]*\\]|(${longestFirst(Object.keys(MACROS))})`, "g");
const expand = (format) => format.replace(MACRO, (whole, name) => (name ? MACROS[name] : whole));

function writeMoment(date, format) {
  return expand(format).replace(TOKEN, (_, quoted, name) => (name ? String(WRITE[name](date)) : quoted));
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const number = (pattern, field) => [pattern, (found, text) => { found[field] = Number(text); }];
const two = /\d\d?/;
const month = [new RegExp(`(?:${MONTHS.join("|")})[a-z]*`, "i"), (found, text) => { found.month = MONTHS.indexOf(text.slice(0, 3).toLowerCase()) + 1; }];
const half = [/[ap]\.?m?\.?/i, (found, text) => { found.late = /^p/i.test(text); }];
const offset = [/Z|[+-]\d\d:?\d\d/i, (found, text) => { found.zone = /^z/i.test(text) ? "utc" : `UTC${text.slice(0, 3)}:${text.slice(-2)}`; }];
const fraction = [/\d{1,9}/, (found, text) => { found.millisecond = Math.floor(Number(`0.${text}`) * 1000); }];
const skipped = [/[a-z]+/i, () => {}];
const READ = {
  YYYY: number(/[+-]?\d{1,6}/, "year"), Y: number(/[+-]?\d+/, "year"),
  YY: [two, (found, text) => { found.year = Number(text) + (Number(text) > 68 ? 1900 : 2000); }],
  MMMM: month, MMM: month, MM: number(two, "month"), M: number(two, "month"), Mo: number(two, "month"),
  DDDD: number(/\d{3}/, "ordinal"), DDD: number(/\d{1,3}/, "ordinal"), DD: number(two, "day"), D: number(two, "day"), Do: number(two, "day"),
  Q: [/[1-4]/, (found, text) => { found.month = (Number(text) - 1) * 3 + 1; }],
  dddd: skipped, ddd: skipped, dd: skipped, A: half, a: half,
  HH: number(two, "hour"), H: number(two, "hour"), hh: number(two, "hour"), h: number(two, "hour"), kk: number(two, "hour"), k: number(two, "hour"),
  mm: number(two, "minute"), m: number(two, "minute"), ss: number(two, "second"), s: number(two, "second"),
  SSS: fraction, SS: fraction, S: fraction, Z: offset, ZZ: offset,
  X: [/[+-]?\d+(?:\.\d+)?/, (found, text) => { found.ms = Number(text) * 1000; }], x: number(/[+-]?\d+/, "ms"),
};
const UNITS = ["year", "month", "day", "hour", "minute", "second", "millisecond"];

// Forgiving: what stands between the parts does not count, and missing parts are filled up.
function readMoment(text, format, zone) {
  const found = {};
  let rest = text;
  for (const [, , name] of expand(format).matchAll(TOKEN)) {
    const [pattern, take] = READ[name] ?? [];
    const match = pattern && rest.match(pattern);
    if (!match) continue;
    take(found, match[0]);
    rest = rest.slice(match.index + match[0].length);
  }
  if (found.ms !== undefined) return DateTime.fromMillis(found.ms);
  const { late, zone: own, ...fields } = found;
  if (Object.keys(fields).length === 0) return null;
  if (fields.hour === 24) fields.hour = 0;
  if (late !== undefined && fields.hour !== undefined) fields.hour = fields.hour % 12 + (late ? 12 : 0);
  const base = DateTime.now().setZone(own ?? zone);
  if (fields.ordinal !== undefined) fields.year ??= base.year;
  else {
    // Larger units are today's, smaller ones begin.
    let given = false;
    for (const unit of UNITS) {
      if (fields[unit] !== undefined) given = true;
      else fields[unit] = given ? (unit === "month" || unit === "day" ? 1 : 0) : base[unit];
    }
  }
  return DateTime.fromObject(fields, { zone: own ?? zone });
}

return $rows.map((row) => {
  try {
    return { value: OPERATIONS[row.operation](row) };
  } catch (error) {
    return { error: error.message };
  }
});
