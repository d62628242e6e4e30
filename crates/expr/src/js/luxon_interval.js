// Interval: a stretch of time from one DateTime up to another, with Luxon's names and results.
(function (host, library) {
  "use strict";

  // An end of an interval: a DateTime, a Date, or the fields of one.
  function moment(value) {
    const { DateTime } = library;
    if (value instanceof DateTime) return value;
    if (value && typeof value.valueOf === "function" && typeof value.valueOf() === "number") {
      return DateTime.fromJSDate(value);
    }
    if (value && typeof value === "object") return DateTime.fromObject(value);
    throw new Error(`Unknown datetime argument: ${value}, of type ${typeof value}`);
  }

  class Interval {
    constructor(start, end, invalid = null) {
      this.s = start;
      this.e = end;
      this.invalid = invalid;
    }

    static invalid(reason, explanation = null) {
      if (!reason) throw new Error("need to specify a reason the Interval is invalid");
      return new Interval(undefined, undefined, { reason, explanation });
    }

    static fromDateTimes(start, end) {
      const from = moment(start), to = moment(end);
      if (!from.isValid) return Interval.invalid("missing or invalid start");
      if (!to.isValid) return Interval.invalid("missing or invalid end");
      if (to < from) {
        return Interval.invalid("end before start", `The end of an interval must be after its start, but you had start=${from.toISO()} and end=${to.toISO()}`);
      }
      return new Interval(from, to);
    }

    static after(start, duration) {
      const from = moment(start);
      return Interval.fromDateTimes(from, from.plus(library.Duration.fromDurationLike(duration)));
    }

    static before(end, duration) {
      const to = moment(end);
      return Interval.fromDateTimes(to.minus(library.Duration.fromDurationLike(duration)), to);
    }

    static fromISO(text, options) {
      const [left, right] = String(text ?? "").split("/", 2);
      if (left && right) {
        const { DateTime, Duration } = library;
        const from = DateTime.fromISO(left, options), to = DateTime.fromISO(right, options);
        if (from.isValid && to.isValid) return Interval.fromDateTimes(from, to);
        if (from.isValid) {
          const length = Duration.fromISO(right, options);
          if (length.isValid) return Interval.after(from, length);
        } else if (to.isValid) {
          const length = Duration.fromISO(left, options);
          if (length.isValid) return Interval.before(to, length);
        }
      }
      return Interval.invalid("unparsable", `the input "${text}" can't be parsed as ISO 8601`);
    }

    static isInterval(value) { return value instanceof Interval; }

    static merge(intervals) {
      const sorted = intervals.filter(Boolean).sort((a, b) => a.s - b.s);
      const merged = [];
      for (const next of sorted) {
        const last = merged.at(-1);
        if (last && (last.overlaps(next) || last.abutsStart(next))) merged[merged.length - 1] = last.union(next);
        else merged.push(next);
      }
      return merged;
    }

    static xor(intervals) {
      const edges = intervals.flatMap((one) => [{ time: one.s, type: "s" }, { time: one.e, type: "e" }]).sort((a, b) => a.time - b.time);
      const found = [];
      let start = null, depth = 0;
      for (const edge of edges) {
        depth += edge.type === "s" ? 1 : -1;
        if (depth === 1) {
          start = edge.time;
        } else {
          if (start && +start !== +edge.time) found.push(Interval.fromDateTimes(start, edge.time));
          start = null;
        }
      }
      return Interval.merge(found);
    }

    get isLuxonInterval() { return true; }
    get start() { return this.isValid ? this.s : null; }
    get end() { return this.isValid ? this.e : null; }
    get lastDateTime() { return this.isValid ? this.e.minus(1) : null; }
    get isValid() { return this.invalid === null; }
    get invalidReason() { return this.invalid ? this.invalid.reason : null; }
    get invalidExplanation() { return this.invalid ? this.invalid.explanation : null; }

    length(unit = "milliseconds") { return this.isValid ? this.toDuration(unit).get(unit) : NaN; }

    count(unit = "milliseconds", options) {
      if (!this.isValid) return NaN;
      const from = this.s.startOf(unit, options);
      const to = this.e.reconfigure({ locale: from.locale }).startOf(unit, options);
      return Math.floor(to.diff(from, unit).get(unit)) + (to.valueOf() !== this.e.valueOf() ? 1 : 0);
    }

    hasSame(unit) { return this.isValid ? this.isEmpty() || this.e.minus(1).hasSame(this.s, unit) : false; }
    isEmpty() { return this.s.valueOf() === this.e.valueOf(); }
    isAfter(time) { return this.isValid && this.s > time; }
    isBefore(time) { return this.isValid && this.e <= time; }
    contains(time) { return this.isValid && this.s <= time && this.e > time; }

    set({ start, end } = {}) {
      return this.isValid ? Interval.fromDateTimes(start || this.s, end || this.e) : this;
    }

    splitAt(...times) {
      if (!this.isValid) return [];
      const sorted = times.map(moment).filter((time) => this.contains(time)).sort((a, b) => a - b);
      const found = [];
      let from = this.s;
      for (let at = 0; from < this.e; at += 1) {
        const next = sorted[at] || this.e;
        const to = +next > +this.e ? this.e : next;
        found.push(Interval.fromDateTimes(from, to));
        from = to;
      }
      return found;
    }

    splitBy(like) {
      const step = library.Duration.fromDurationLike(like);
      if (!this.isValid || !step.isValid || step.as("milliseconds") === 0) return [];
      const found = [];
      let from = this.s;
      for (let count = 1; from < this.e; count += 1) {
        const next = this.s.plus(step.mapUnits((value) => value * count));
        const to = +next > +this.e ? this.e : next;
        if (+to <= +from) return found;
        found.push(Interval.fromDateTimes(from, to));
        from = to;
      }
      return found;
    }

    divideEqually(count) { return this.isValid ? this.splitBy({ milliseconds: this.length() / count }).slice(0, count) : []; }
    overlaps(other) { return this.e > other.s && this.s < other.e; }
    abutsStart(other) { return this.isValid && +this.e === +other.s; }
    abutsEnd(other) { return this.isValid && +other.e === +this.s; }
    engulfs(other) { return this.isValid && this.s <= other.s && this.e >= other.e; }
    equals(other) { return this.isValid && other.isValid && this.s.equals(other.s) && this.e.equals(other.e); }

    intersection(other) {
      if (!this.isValid) return this;
      const from = this.s > other.s ? this.s : other.s;
      const to = this.e < other.e ? this.e : other.e;
      return from >= to ? null : Interval.fromDateTimes(from, to);
    }

    union(other) {
      if (!this.isValid) return this;
      return Interval.fromDateTimes(this.s < other.s ? this.s : other.s, this.e > other.e ? this.e : other.e);
    }

    difference(...others) {
      return Interval.xor([this].concat(others)).map((one) => this.intersection(one)).filter((one) => one && !one.isEmpty());
    }

    toDuration(unit, options) {
      if (!this.isValid) return library.Duration.invalid(this.invalid.reason);
      return this.e.diff(this.s, unit, options);
    }

    mapEndpoints(change) { return Interval.fromDateTimes(change(this.s), change(this.e)); }
    toString() { return this.isValid ? `[${this.s.toISO()} – ${this.e.toISO()})` : "Invalid Interval"; }
    toISO(options) { return this.isValid ? `${this.s.toISO(options)}/${this.e.toISO(options)}` : "Invalid Interval"; }
    toISODate() { return this.isValid ? `${this.s.toISODate()}/${this.e.toISODate()}` : "Invalid Interval"; }
    toISOTime(options) { return this.isValid ? `${this.s.toISOTime(options)}/${this.e.toISOTime(options)}` : "Invalid Interval"; }
    // Items carry text, and this text can be read back.
    toJSON() { return this.isValid ? this.toISO() : null; }

    toFormat(format, { separator = " – " } = {}) {
      return this.isValid ? `${this.s.toFormat(format)}${separator}${this.e.toFormat(format)}` : "Invalid Interval";
    }

    toLocaleString(format = library.DateTime.DATE_SHORT, options = {}) {
      if (!this.isValid) return "Invalid Interval";
      const formatter = library.dateFormatter(options.locale ?? this.s.locale, format, this.s.zone.number);
      return formatter.formatRange(this.s.ts, this.e.ts);
    }
  }

  library.Interval = Interval;
})
