// `Intl.Collator`, `ListFormat`, `PluralRules`, `RelativeTimeFormat`, and order by locale.
(function (host, library) {
  "use strict";

  const { localeOf, Intl } = library;

  const spec = (options) => [options.sensitivity ?? "variant", options.numeric ? "numeric" : "", options.caseFirst === "upper" || options.caseFirst === "lower" ? options.caseFirst : ""].join(";");
  class Collator {
    #locale;
    #options;
    #bound;
    constructor(locales, options = {}) {
      this.#locale = localeOf(locales);
      this.#options = options ?? {};
    }
    get compare() {
      if (this.#bound === undefined) {
        const [locale, wanted] = [this.#locale, spec(this.#options)];
        this.#bound = (a, b) => host.compare(locale, wanted, String(a), String(b));
      }
      return this.#bound;
    }
    resolvedOptions() {
      const { usage = "sort", sensitivity = "variant", ignorePunctuation = false, numeric = false, caseFirst = "false" } = this.#options;
      return { locale: this.#locale, usage, sensitivity, ignorePunctuation, collation: "default", numeric, caseFirst };
    }
  }
  Intl.Collator = library.callable(Collator);
  Object.defineProperty(String.prototype, "localeCompare", {
    value: { localeCompare(other, locales, options) { return host.compare(localeOf(locales), spec(options ?? {}), String(this), String(other)); } }.localeCompare,
    writable: true, configurable: true,
  });

  // Where letters change their case otherwise than everywhere.
  for (const [method, plain, upper] of [["toLocaleUpperCase", "toUpperCase", true], ["toLocaleLowerCase", "toLowerCase", false]]) {
    const cased = String.prototype[plain];
    const { [method]: value } = { [method](locales) {
      const locale = localeOf(locales);
      return /^(?:tr|az|lt|el)\b/.test(locale) ? host.cased(locale, String(this), upper) : cased.call(this);
    } };
    Object.defineProperty(String.prototype, method, { value, writable: true, configurable: true });
  }

  class ListFormat {
    #locale;
    #options;
    constructor(locales, options = {}) { this.#locale = localeOf(locales); this.#options = options ?? {}; }
    format(list) {
      const { type = "conjunction", style = "long" } = this.#options;
      return host.list(this.#locale, type, style, Array.from(list, String));
    }
    resolvedOptions() { const { type = "conjunction", style = "long" } = this.#options; return { locale: this.#locale, type, style }; }
  }
  Intl.ListFormat = library.callable(ListFormat);

  class PluralRules {
    #locale;
    #ordinal;
    constructor(locales, options = {}) { this.#locale = localeOf(locales); this.#ordinal = options?.type === "ordinal"; }
    select(number) { return host.plural(this.#locale, String(Math.abs(Number(number))), this.#ordinal); }
    resolvedOptions() { return { locale: this.#locale, type: this.#ordinal ? "ordinal" : "cardinal" }; }
  }
  Intl.PluralRules = library.callable(PluralRules);

  // Words for a distance in time: before and after, and names for the nearest.
  const WORDS = {
    en: { past: "# ago", future: "in #", units: { second: ["second", "seconds"], minute: ["minute", "minutes"], hour: ["hour", "hours"], day: ["day", "days"], week: ["week", "weeks"], month: ["month", "months"], quarter: ["quarter", "quarters"], year: ["year", "years"] },
      near: { day: ["yesterday", "today", "tomorrow"], week: ["last week", "this week", "next week"], month: ["last month", "this month", "next month"], quarter: ["last quarter", "this quarter", "next quarter"], year: ["last year", "this year", "next year"], hour: [, "this hour"], minute: [, "this minute"], second: [, "now"] } },
    de: { past: "vor #", future: "in #", units: { second: ["Sekunde", "Sekunden"], minute: ["Minute", "Minuten"], hour: ["Stunde", "Stunden"], day: ["Tag", "Tagen"], week: ["Woche", "Wochen"], month: ["Monat", "Monaten"], quarter: ["Quartal", "Quartalen"], year: ["Jahr", "Jahren"] },
      near: { day: ["gestern", "heute", "morgen"], week: ["letzte Woche", "diese Woche", "nächste Woche"], month: ["letzten Monat", "diesen Monat", "nächsten Monat"], year: ["letztes Jahr", "dieses Jahr", "nächstes Jahr"], second: [, "jetzt"] } },
    fr: { past: "il y a #", future: "dans #", units: { second: ["seconde", "secondes"], minute: ["minute", "minutes"], hour: ["heure", "heures"], day: ["jour", "jours"], week: ["semaine", "semaines"], month: ["mois", "mois"], quarter: ["trimestre", "trimestres"], year: ["an", "ans"] },
      near: { day: ["hier", "aujourd’hui", "demain"], week: ["la semaine dernière", "cette semaine", "la semaine prochaine"], month: ["le mois dernier", "ce mois-ci", "le mois prochain"], year: ["l’année dernière", "cette année", "l’année prochaine"], second: [, "maintenant"] } },
    es: { past: "hace #", future: "dentro de #", units: { second: ["segundo", "segundos"], minute: ["minuto", "minutos"], hour: ["hora", "horas"], day: ["día", "días"], week: ["semana", "semanas"], month: ["mes", "meses"], quarter: ["trimestre", "trimestres"], year: ["año", "años"] },
      near: { day: ["ayer", "hoy", "mañana"], week: ["la semana pasada", "esta semana", "la próxima semana"], month: ["el mes pasado", "este mes", "el próximo mes"], year: ["el año pasado", "este año", "el próximo año"], second: [, "ahora"] } },
    pt: { past: "há #", future: "em #", units: { second: ["segundo", "segundos"], minute: ["minuto", "minutos"], hour: ["hora", "horas"], day: ["dia", "dias"], week: ["semana", "semanas"], month: ["mês", "meses"], quarter: ["trimestre", "trimestres"], year: ["ano", "anos"] },
      near: { day: ["ontem", "hoje", "amanhã"], week: ["semana passada", "esta semana", "próxima semana"], month: ["mês passado", "este mês", "próximo mês"], year: ["ano passado", "este ano", "próximo ano"], second: [, "agora"] } },
  };
  const SHORT = { second: "sec.", minute: "min.", hour: "hr.", day: "day", week: "wk.", month: "mo.", quarter: "qtr.", year: "yr." };
  const NARROW = { second: "s", minute: "min", hour: "h", day: "d", week: "w", month: "mo", quarter: "q", year: "y" };
  class RelativeTimeFormat {
    #locale;
    #options;
    constructor(locales, options = {}) { this.#locale = localeOf(locales); this.#options = options ?? {}; }
    format(value, name) {
      const unit = String(name).replace(/s$/, "");
      const number = Number(value), { numeric = "always", style = "long" } = this.#options;
      const language = this.#locale.split("-")[0];
      const words = WORDS[language] ?? WORDS.en;
      if (!(unit in words.units)) throw new RangeError(`Invalid unit argument for format() '${name}'`);
      if (!Number.isFinite(number)) throw new RangeError("Invalid argument");
      if (numeric === "auto" && [-1, 0, 1].includes(number)) {
        const near = words.near[unit]?.[number + 1];
        if (near !== undefined) return near;
      }
      const past = number < 0 || Object.is(number, -0), size = Math.abs(number);
      const shown = new Intl.NumberFormat(this.#locale).format(size);
      const many = host.plural(this.#locale, String(size), false) !== "one";
      const plural = many && (unit === "day" || unit === "quarter");
      const word = words === WORDS.en && style === "short" ? SHORT[unit] + (plural && unit === "day" ? "s" : "") : words.units[unit][many ? 1 : 0];
      const text = words === WORDS.en && style === "narrow" ? shown + NARROW[unit] : `${shown} ${word}`;
      return (past ? words.past : words.future).replace("#", text);
    }
    resolvedOptions() { const { numeric = "always", style = "long" } = this.#options; return { locale: this.#locale, style, numeric, numberingSystem: "latn" }; }
  }
  Intl.RelativeTimeFormat = library.callable(RelativeTimeFormat);

  Intl.getCanonicalLocales = (locales) => (Array.isArray(locales) ? locales : locales === undefined ? [] : [locales]).map((it) => host.localeCanonical(String(it)));
  Object.defineProperty(globalThis, "Intl", { value: Intl, writable: true, configurable: true });
})
