// `Intl.NumberFormat` and `toLocaleString` of numbers.
(function (host, library) {
  "use strict";

  const { localeOf } = library;

  // Digits of a finite number without exponent or sign.
  function plain(number) {
    if (typeof number === "bigint") return String(number < 0n ? -number : number);
    const text = String(Math.abs(number));
    const found = /^(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
    if (found === null) return text;
    const [, whole, part = "", power] = found;
    const digits = whole + part, point = whole.length + Number(power);
    if (point <= 0) return `0.${"0".repeat(-point)}${digits}`;
    if (point >= digits.length) return digits + "0".repeat(point - digits.length);
    return `${digits.slice(0, point)}.${digits.slice(point)}`;
  }

  // In decimals: 2.51 becomes 251, and not what is a little less.
  function hundredfold(number) {
    const text = String(number);
    return text.includes("e") ? number * 100 : Number(`${text}e2`);
  }

  function increased(digits) {
    let at = digits.length - 1;
    while (at >= 0 && digits[at] === "9") at--;
    const nines = "0".repeat(digits.length - 1 - at);
    return at < 0 ? `1${nines}` : digits.slice(0, at) + String(Number(digits[at]) + 1) + nines;
  }

  // Whether digits that are left out make the last one that stays, an odd one perhaps, one more.
  function goesUp(left, isOdd, { roundingMode, negative }) {
    if (/^0*$/.test(left)) return false;
    const half = left[0] === "5" && /^50*$/.test(left), more = left[0] >= "5" && !half;
    switch (roundingMode) {
      case "ceil": return !negative;
      case "floor": return negative;
      case "expand": return true;
      case "trunc": return false;
      case "halfCeil": return more || (half && !negative);
      case "halfFloor": return more || (half && negative);
      case "halfTrunc": return more;
      case "halfEven": return more || (half && isOdd);
      default: return more || half;
    }
  }
  const isOdd = (digits) => Number(digits.at(-1) ?? "0") % 2 === 1;

  // Rounds digits to at most and at least so many after the point.
  function rounded(text, least, most, how) {
    let [whole, part = ""] = text.split(".");
    if (part.length > most) {
      let all = whole + part.slice(0, most);
      if (goesUp(part.slice(most), isOdd(all), how)) all = increased(all);
      whole = all.slice(0, all.length - most);
      part = all.slice(all.length - most);
      if (most === 0) [whole, part] = [all, ""];
    }
    while (part.length > least && part.endsWith("0")) part = part.slice(0, -1);
    part = part.padEnd(least, "0");
    return part === "" ? whole : `${whole}.${part}`;
  }

  function significant(text, least, most, how) {
    const [whole, part = ""] = text.split(".");
    const digits = (whole + part).replace(/^0+/, "");
    if (digits === "") return rounded(text, Math.max(0, least - 1), Math.max(0, least - 1), how);
    const power = whole.replace(/^0+/, "").length || -(/^0*/.exec(part)[0].length);
    const most2 = most - power;
    if (most2 >= 0) return rounded(text, Math.max(0, least - power), most2, how);
    const cut = digits.slice(0, most);
    return (goesUp(digits.slice(most), isOdd(cut), how) ? increased(cut) : cut) + "0".repeat(-most2);
  }

  const SYMBOLS = { AUD: "A$", BRL: "R$", CAD: "CA$", CNY: "CN¥", EUR: "€", GBP: "£", HKD: "HK$", ILS: "₪", INR: "₹", JPY: "¥", KRW: "₩", MXN: "MX$", NZD: "NZ$", PHP: "₱", TWD: "NT$", USD: "$", VND: "₫", XAF: "FCFA", XOF: "F\u202fCFA" };
  const OWN = { "en-AU": "AUD", "en-CA": "CAD", "fr-CA": "CAD", "es-MX": "MXN", "en-NZ": "NZD", "zh-TW": "TWD", "en-HK": "HKD", "zh-HK": "HKD", "en-SG": "SGD", "es-AR": "ARS", "es-CL": "CLP", "es-CO": "COP" };
  // What currencies are called where that is not their usual sign. `_` is a space that holds.
  const LOCAL = {
    de: "AUD=AU$ PHP=PHP THB=฿",
    fr: "AUD=$AU CAD=$CA CNY=CNY GBP=£GB HKD=HKD JPY=JPY MXN=$MX NZD=$NZ PHP=PHP USD=$US ARS=$AR CLP=$CL COP=$CO SGD=$SG TWD=TWD",
    es: "AUD=AUD BRL=BRL CAD=CAD CNY=CNY GBP=GBP HKD=HKD ILS=ILS INR=INR JPY=JPY KRW=KRW MXN=MXN NZD=NZD PHP=PHP USD=US$ THB=฿ TWD=TWD",
    it: "BRL=BRL HKD=HKD INR=INR JPY=JPY KRW=KRW MXN=MXN USD=USD THB=฿ TWD=TWD VND=VND",
    nl: "AUD=AU$ CAD=C$ JPY=JP¥ PHP=PHP USD=US$ THB=฿",
    pt: "AUD=AU$ JPY=JP¥ PHP=PHP USD=US$ THB=฿",
    sv: "AUD=AUD BRL=BR$ CNY=CNY GBP=GBP HKD=HKD INR=INR JPY=JPY KRW=KRW NZD=NZD PHP=PHP USD=US$ SEK=kr DKK=Dkr NOK=Nkr TWD=TWD VND=VND",
    da: "AUD=AU$ JPY=JP¥ PHP=PHP USD=US$ DKK=kr. THB=฿",
    nb: "AUD=AUD BRL=BRL CAD=CAD CNY=CNY HKD=HKD ILS=ILS INR=INR JPY=JPY KRW=KRW MXN=MXN NZD=NZD PHP=PHP USD=USD NOK=kr TWD=TWD VND=VND",
    fi: "AUD=AUD BRL=BRL CAD=CAD CNY=CNY HKD=HKD ILS=ILS INR=INR KRW=KRW MXN=MXN NZD=NZD PHP=PHP TWD=TWD VND=VND",
    is: "AUD=AUD BRL=BRL CAD=CAD EUR=EUR GBP=GBP INR=INR JPY=JP¥ KRW=KRW MXN=MXN NZD=NZD PHP=PHP USD=USD TWD=TWD VND=VND",
    pl: "AUD=AUD CAD=CAD CNY=CNY GBP=GBP HKD=HKD ILS=ILS INR=INR JPY=JPY KRW=KRW MXN=MXN NZD=NZD PHP=PHP USD=USD PLN=zł TWD=TWD VND=VND",
    cs: "AUD=AU$ ILS=ILS INR=INR JPY=JP¥ PHP=PHP USD=US$ CZK=Kč VND=VND",
    sk: "AUD=AUD BRL=BRL CAD=CAD CNY=CNY GBP=GBP HKD=HKD ILS=NIS INR=INR JPY=JPY KRW=KRW NZD=NZD PHP=PHP USD=USD TWD=TWD VND=VND",
    hu: "AUD=AUD BRL=BRL CAD=CAD CNY=CNY EUR=EUR GBP=GBP HKD=HKD ILS=ILS INR=INR KRW=KRW MXN=MXN NZD=NZD PHP=PHP USD=USD HUF=Ft TWD=TWD VND=VND",
    ro: "AUD=AUD BRL=BRL CAD=CAD CNY=CNY EUR=EUR GBP=GBP HKD=HKD ILS=ILS INR=INR JPY=JPY KRW=KRW MXN=MXN NZD=NZD PHP=PHP USD=USD TWD=TWD VND=VND",
    bg: "AUD=AUD BRL=BRL CAD=CAD CNY=CNY GBP=GBP HKD=HKD ILS=ILS INR=INR JPY=JPY KRW=KRW MXN=MXN NZD=NZD PHP=PHP USD=щ.д. BGN=лв. TWD=TWD VND=VND",
    hr: "AUD=AUD BRL=BRL CAD=CAD CNY=CNY GBP=GBP HKD=HKD ILS=ILS INR=INR JPY=JPY KRW=KRW MXN=MXN NZD=NZD PHP=PHP USD=USD TWD=TWD VND=VND",
    sl: "AUD=AUD BRL=BRL CAD=CAD GBP=GBP MXN=MXN NZD=NZD PHP=PHP TWD=TWD",
    ru: "PHP=PHP RUB=₽ UAH=₴ THB=฿",
    uk: "AUD=AUD BRL=BRL CAD=CAD CNY=CNY EUR=EUR GBP=GBP HKD=HKD ILS=ILS INR=INR KRW=KRW MXN=MXN NZD=NZD PHP=PHP USD=USD UAH=₴ TWD=TWD VND=VND",
    el: "JPY=JP¥ PHP=PHP THB=฿",
    tr: "AUD=AU$ PHP=PHP TRY=₺ THB=฿",
    ja: "CNY=元 JPY=￥ PHP=PHP",
    zh: "AUD=AU$ CNY=¥ JPY=JP¥ PHP=PHP USD=US$",
    ko: "AUD=AU$ JPY=JP¥ PHP=PHP USD=US$",
    th: "AUD=AU$ PHP=PHP USD=US$ THB=฿",
    vi: "AUD=AU$ PHP=PHP USD=US$ THB=฿",
    id: "AUD=AU$ INR=Rs JPY=JP¥ PHP=PHP USD=US$ THB=฿ IDR=Rp",
    hi: "JPY=JP¥ PHP=PHP THB=฿",
    "en-GB": "JPY=JP¥ USD=US$",
    "en-AU": "AUD=$ BRL=BRL CAD=CAD CNY=CNY EUR=EUR GBP=GBP HKD=HKD ILS=ILS INR=INR JPY=JPY KRW=KRW MXN=MXN NZD=NZD PHP=PHP USD=USD TWD=TWD VND=VND",
    "en-CA": "CAD=$ JPY=JP¥ USD=US$",
    "en-NZ": "JPY=JP¥ NZD=$ USD=US$",
    "en-IN": "JPY=JP¥",
    "en-SG": "JPY=JP¥ USD=US$ SGD=$",
    "en-HK": "JPY=JP¥ USD=US$",
    "en-ZA": "JPY=JP¥ USD=US$ ZAR=R",
    "en-IE": "JPY=JP¥ USD=US$",
    "de-CH": "EUR=EUR",
    "de-LI": "EUR=EUR",
    "fr-CA": "AUD=$_AU CAD=$ CNY=CN¥ GBP=£ HKD=$_HK ILS=ILS INR=INR JPY=¥ KRW=KRW MXN=MXN NZD=$_NZ USD=$_US ARS=ARS CLP=CLP COP=COP SGD=$_SG VND=VND",
    "es-419": "EUR=EUR USD=USD THB=THB VND=VND",
    "zh-TW": "CNY=CN¥ JPY=¥ KRW=￦ TWD=$",
    "zh-HK": "CNY=CN¥ JPY=¥",
  };
  const BEFORE = new Set(["en", "zh", "ja", "ko", "tr", "th", "hi", "ms", "id", "fil", "ta", "te", "mr", "gu", "cy", "ga", "mt", "si", "am", "af", "zu", "lo"]);
  const BEFORE_SPACED = new Set(["pt", "pt-BR", "nl", "mn", "ne", "sw", "de-AT", "de-CH", "de-LI", "en-AT", "es-AR", "es-PY", "it-CH"]);
  // Spanish of America has the currency before the number, too, and names others by their codes.
  const AMERICAN = /^es-(?:419|AR|BO|CL|CO|CR|DO|EC|GT|HN|MX|NI|PA|PE|PR|PY|SV|US|UY|VE)$/;
  // Where the sign stands behind the currency: in place of the space between, or behind that.
  const SIGN_WITHIN = { "de-CH": "", "it-CH": "", "en-CH": "", "es-CL": "", "es-EC": "", "es-VE": "", lo: "", nl: "\u00a0", "es-PY": "\u00a0" };
  const MINUS = new Set(["sv", "nb", "no", "nn", "fi", "hr", "sl", "fa", "et", "lt", "eu"]);
  // What stands between a number and its power of ten, where it is no `E`.
  const POWER = { sv: "×10^", et: "×10^", lt: "×10^", "en-SE": "×10^", sk: "e", sl: "e", el: "e", "en-AU": "e", uk: "Е" };

  const tagOf = (locale) => locale.replace(/-u-.*/, "");
  // What a table says of a locale, or of its language.
  const told = (table, locale) => table[tagOf(locale)] ?? table[locale.split("-")[0]];
  const minusOf = (locale) => (MINUS.has(locale.split("-")[0]) ? "−" : "-");
  // What stands before the number where a locale has its own way with a currency.
  const MONEY = {
    "es-MX": { MXN: "$", USD: "USD\u00a0" }, "es-US": { USD: "$" }, "es-CO": { COP: "$\u00a0", USD: "US$\u00a0" },
    "es-CL": { CLP: "$", USD: "US$" }, "es-AR": { USD: "US$\u00a0" }, "es-PE": { PEN: "S/\u00a0", USD: "USD\u00a0" },
    "es-UY": { UYU: "$\u00a0" }, "es-EC": { USD: "$" }, "es-PR": { USD: "$" }, "es-SV": { USD: "$" }, "es-VE": { VES: "Bs.S\u00a0" }, "es-GT": { GTQ: "Q\u00a0" },
    "es-CR": { CRC: "₡" }, "es-BO": { BOB: "Bs\u00a0" }, "es-PY": { PYG: "Gs.\u00a0" }, "es-DO": { DOP: "RD$" },
    "es-PA": { PAB: "B/.\u00a0" }, "es-HN": { HNL: "L\u00a0" }, "id-ID": { IDR: "Rp\u00a0", USD: "US$" },
    id: { IDR: "Rp\u00a0", USD: "US$" }, "ms-MY": { MYR: "RM\u00a0" }, ms: { MYR: "RM\u00a0" }, "en-MY": { MYR: "RM\u00a0" },
    "en-NG": { NGN: "₦" }, "en-ZA": { ZAR: "R\u00a0" }, "en-KE": { KES: "Ksh\u00a0" }, "en-PK": { PKR: "Rs\u00a0" },
  };
  // How many places a currency has, where they are not two.
  const DIGITS = {};
  for (const it of "AFN ALL BIF CLP COP DJF GNF HUF IDR IQD IRR ISK JPY KMF KPW KRW LAK LBP MGA MMK PKR PYG RWF SLL SOS SYP UGX VND VUV XAF XOF XPF YER".split(" ")) DIGITS[it] = 0;
  for (const it of "BHD JOD KWD LYD OMR TND".split(" ")) DIGITS[it] = 3;

  function localSymbol(tag, currency) {
    const found = LOCAL[tag]?.split(" ").find((it) => it.startsWith(`${currency}=`));
    return found?.slice(4).replaceAll("_", "\u00a0");
  }

  function symbolOf(locale, currency, display) {
    if (display === "code") return currency;
    const language = locale.split("-")[0];
    if (OWN[tagOf(locale)] === currency || (display === "narrowSymbol" && /[$¥£]$/.test(SYMBOLS[currency] ?? ""))) return (SYMBOLS[currency] ?? "$").slice(-1);
    if (display !== "narrowSymbol" && AMERICAN.test(tagOf(locale))) return currency;
    const local = localSymbol(tagOf(locale), currency) ?? localSymbol(language === "no" ? "nb" : language, currency);
    return (display === "narrowSymbol" ? SYMBOLS[currency] : undefined) ?? local ?? SYMBOLS[currency] ?? currency;
  }
  const NAMES = { USD: ["US dollar", "US dollars"], EUR: ["euro", "euros"], GBP: ["British pound", "British pounds"], JPY: ["Japanese yen", "Japanese yen"], INR: ["Indian rupee", "Indian rupees"], BRL: ["Brazilian real", "Brazilian reals"] };

  // A pattern: where the number stands among what is around it.
  function around(locale, options, digits) {
    if (options.style === "percent") return /^(?:de|fr|es|sv|nb|no|da|fi|ru|cs|pl|uk|hu|ro|bg|sk|sl|hr|ca|eu)\b/.test(locale) ? ["", "\u00a0%"] : locale.startsWith("tr") ? ["%", ""] : ["", "%"];
    if (options.style === "currency") {
      const [language, tag] = [locale.split("-")[0], tagOf(locale)];
      if (options.currencyDisplay === "name") return ["", ` ${NAMES[options.currency]?.[digits === "1" ? 0 : 1] ?? options.currency}`];
      const own = options.currencyDisplay === "symbol" ? MONEY[tag]?.[options.currency] : undefined;
      if (own !== undefined) return [own, ""];
      const symbol = symbolOf(locale, options.currency, options.currencyDisplay);
      if (BEFORE_SPACED.has(tag) || (BEFORE_SPACED.has(language) && tag !== "pt-PT")) return [`${symbol}\u00a0`, ""];
      if (BEFORE.has(language) || AMERICAN.test(tag)) return [/[A-Za-z]$/.test(symbol) ? `${symbol}\u00a0` : symbol, ""];
      return ["", `\u00a0${symbol}`];
    }
    if (options.style === "unit") return ["", unitOf(options, digits)];
    return ["", ""];
  }
  const SHORT = { kilometer: " km", meter: " m", centimeter: " cm", kilogram: " kg", gram: " g", liter: " L", celsius: "°C", fahrenheit: "°F", percent: "%", byte: " byte", kilobyte: " kB", megabyte: " MB", gigabyte: " GB", terabyte: " TB", second: " sec", minute: " min", hour: " hr", day: " day", week: " wk", month: " mth", year: " yr", millisecond: " ms", "kilometer-per-hour": " km/h", mile: " mi", foot: " ft", inch: " in", pound: " lb", ounce: " oz" };
  function unitOf(options, digits) {
    const { unit, unitDisplay } = options, one = digits === "1";
    if (unitDisplay === "long") return ` ${unit}${one ? "" : "s"}`;
    const short = SHORT[unit] ?? ` ${unit}`;
    const plural = !one && ["day", "week", "month", "year"].includes(unit) && unitDisplay !== "narrow" ? "s" : "";
    return (unitDisplay === "narrow" ? short.trimStart() : short) + plural;
  }

  // How locales shorten numbers: powers of ten with what stands behind, short ones before the bar and long ones
  // behind it. Where a word changes with the number: its forms for one, other, few and many. `_` is a space that holds.
  // `10/9` begins at ten of what it counts in.
  const COMPACT = {
    en: "12T;9B;6M;3K|12 trillion;9 billion;6 million;3 thousand",
    de: "12_Bio.;9_Mrd.;6_Mio.|12 Billion, Billionen;9 Milliarde, Milliarden;6 Million, Millionen;3 Tausend",
    fr: "12_Bn;9_Md;6_M;3_k|12 billion, billions;9 milliard, milliards;6 million, millions;3 millier, mille",
    es: "12_B;10/9_mil_M;6_M;3_mil|12 billón, billones;9 mil millones;6 millón, millones;3 mil",
    it: "12_Bln;9_Mld;6_Mln;3K|12 mille miliardi, mila miliardi;9 miliardo, miliardi;6 milione, milioni;3 mila",
    nl: "12_bln.;9_mld.;6_mln.;3K|12 biljoen;9 miljard;6 miljoen;3 duizend",
    pt: "12_tri;9_bi;6_mi;3_mil|12 trilhão, trilhões;9 bilhão, bilhões;6 milhão, milhões;3 mil",
    "pt-PT": "12_Bi;9_mM;6_M;3_mil|12 bilião, biliões;9 mil milhões;6 milhão, milhões;3 mil",
    sv: "12_bn;9_md;6_mn;3_tn|12 biljon, biljoner;9 miljard, miljarder;6 miljon, miljoner;3 tusen",
    da: "12_bio.;9_mia.;6_mio.;3_t|12 billion, billioner;9 milliard, milliarder;6 million, millioner;3 tusind",
    nb: "12_bill.;9_mrd.;6_mill.;3k|12 billion, billioner;9 milliard, milliarder;6 million, millioner;3 tusen",
    pl: "12_bln;9_mld;6_mln;3_tys.|12 bilion, biliona, biliony, bilionów;9 miliard, miliarda, miliardy, miliardów;6 milion, miliona, miliony, milionów;3 tysiąc, tysiąca, tysiące, tysięcy",
    ru: "12_трлн;9_млрд;6_млн;3_тыс.|12 триллион, триллиона, триллиона, триллионов;9 миллиард, миллиарда, миллиарда, миллиардов;6 миллион, миллиона, миллиона, миллионов;3 тысяча, тысячи, тысячи, тысяч",
    tr: "12_Tn;9_Mr;6_Mn;3_B|12 trilyon;9 milyar;6 milyon;3 bin",
    ja: "12兆;8億;4万|12兆;8億;4万",
    zh: "12万亿;8亿;4万|12万亿;8亿;4万",
    ko: "12조;8억;4만;3천|12조;8억;4만;3천",
  };
  function scalesOf(locale, display) {
    const [tag, language] = [tagOf(locale), locale.split("-")[0]];
    const [short, long] = (COMPACT[tag] ?? COMPACT[language === "no" ? "nb" : language] ?? COMPACT.en).split("|");
    return (display === "long" ? long : short).split(";").map((it) => {
      const [, power, of = power, forms] = /^(\d+)(?:\/(\d+))?(.*)$/.exec(it);
      return { from: 10 ** power, of: 10 ** of, forms: forms.replaceAll("_", "\u00a0").split(",") };
    });
  }
  function scaleText(locale, { forms }, digits) {
    if (forms.length === 1) return forms[0];
    const at = ["one", "other", "few", "many"].indexOf(host.plural(locale, digits, false));
    return forms[at] ?? forms[1];
  }

  // Digits with the point moved behind the first, or behind one to three of them, and by how many places it moved.
  function scaled(text, step) {
    const [whole, part = ""] = text.split(".");
    const digits = (whole + part).replace(/^0+/, "");
    if (digits === "") return ["0", 0];
    const power = (whole.replace(/^0+/, "").length || -(/^0*/.exec(part)[0].length)) - 1;
    const exponent = Math.floor(power / step) * step, point = power - exponent + 1;
    const before = digits.slice(0, point).padEnd(point, "0");
    return [digits.length > point ? `${before}.${digits.slice(point)}` : before, exponent];
  }

  // Locales whose accounts write no brackets around what is less than nothing.
  const UNBRACKETED = new Set(["de", "es", "it", "pt", "sv", "da", "fi", "ru", "cs", "hu", "uk", "el", "hr", "id", "hi"]);

  const ROUNDING = new Set(["ceil", "floor", "expand", "trunc", "halfCeil", "halfFloor", "halfExpand", "halfTrunc", "halfEven"]);

  class NumberFormat {
    #locale;
    #options;
    #bound;
    constructor(locales, given = {}) {
      const options = { style: "decimal", currencyDisplay: "symbol", unitDisplay: "short", notation: "standard", compactDisplay: "short", currencySign: "standard", useGrouping: "auto", signDisplay: "auto", roundingMode: "halfExpand", trailingZeroDisplay: "auto" };
      for (const key of Object.keys(given ?? {})) if (given[key] !== undefined) options[key] = given[key];
      if (options.style === "currency") {
        if (options.currency === undefined) throw new TypeError("Currency code is required with currency style.");
        if (!/^[a-z]{3}$/i.test(options.currency)) throw new RangeError(`Invalid currency code : ${options.currency}`);
        options.currency = options.currency.toUpperCase();
      }
      if (options.style === "unit" && options.unit === undefined) throw new TypeError("Required unit for unit style");
      const own = options.style === "currency" ? DIGITS[options.currency] ?? 2 : 0;
      if (!ROUNDING.has(options.roundingMode)) throw new RangeError(`Value ${options.roundingMode} out of range for Intl.NumberFormat options property roundingMode`);
      const check = (name, low) => {
        const value = options[name];
        if (value === undefined) return;
        if (!(Number(value) >= low && Number(value) <= 100)) throw new RangeError(`${name} value is out of range.`);
        options[name] = Math.floor(Number(value));
      };
      check("minimumFractionDigits", 0); check("maximumFractionDigits", 0); check("minimumSignificantDigits", 1); check("maximumSignificantDigits", 1); check("minimumIntegerDigits", 1);
      const compact = options.notation === "compact" && options.minimumFractionDigits === undefined && options.maximumFractionDigits === undefined;
      options.minimumFractionDigits ??= Math.min(options.style === "currency" ? own : 0, options.maximumFractionDigits ?? Infinity);
      options.maximumFractionDigits ??= Math.max(options.minimumFractionDigits, options.style === "currency" ? own : options.style === "percent" ? 0 : 3);
      if (options.minimumFractionDigits > options.maximumFractionDigits) throw new RangeError("maximumFractionDigits value is out of range.");
      options.compactDigits = compact;
      this.#options = options;
      this.#locale = localeOf(locales);
      if (options.numberingSystem) this.#locale += `-u-nu-${options.numberingSystem}`;
    }
    get format() { return (this.#bound ??= (number) => this.#text(number)); }
    #text(given) {
      const [locale, options] = [this.#locale, this.#options];
      const number = typeof given === "bigint" ? given : Number(given);
      const negative = number < 0 || Object.is(number, -0);
      let digits = Number.isNaN(number) ? "NaN" : "∞", scale = "";
      const how = { roundingMode: options.roundingMode, negative };
      const rounding = (text) => {
        if (options.maximumSignificantDigits !== undefined || options.minimumSignificantDigits !== undefined) {
          return significant(text, options.minimumSignificantDigits ?? 1, options.maximumSignificantDigits ?? 21, how);
        }
        if (options.compactDigits) return text.split(".")[0].length >= 2 ? rounded(text, 0, 0, how) : significant(text, 1, 2, how);
        return rounded(text, options.minimumFractionDigits, options.maximumFractionDigits, how);
      };
      if (typeof number === "bigint" || Number.isFinite(number)) {
        const size = typeof number === "bigint" ? number : options.style === "percent" ? hundredfold(number) : number;
        [digits, scale] = this.#scaled(size, rounding);
        if (options.trailingZeroDisplay === "stripIfInteger") digits = digits.replace(/\.0+$/, "");
        if (options.minimumIntegerDigits !== undefined) {
          const [whole, part] = digits.split(".");
          digits = whole.padStart(options.minimumIntegerDigits, "0") + (part === undefined ? "" : `.${part}`);
        }
      }
      const grouping = { true: "always", always: "always", min2: "min2", false: "never" }[String(options.useGrouping)] ?? (options.notation === "compact" ? "min2" : "auto");
      const [before, after] = around(locale, options, digits);
      const shown = digits === "∞" || digits === "NaN" ? digits : this.#grouped(digits, grouping);
      const sign = this.#sign(negative, /^[0.]*$/.test(digits));
      const bracketed = sign === "-" && options.style === "currency" && options.currencySign === "accounting" && !UNBRACKETED.has(locale.split("-")[0]);
      if (bracketed) return `(${before}${shown}${scale}${after})`;
      const written = sign === "-" ? minusOf(locale) : sign;
      const within = before !== "" && sign !== "" ? told(SIGN_WITHIN, locale) : undefined;
      if (within !== undefined) return before.replace(/\u00a0$/, within) + written + shown + scale + after;
      return written + before + shown + scale + after;
    }
    // Austria and Geneva write money with other marks than plain numbers, and the data at hand has Zurich's for Geneva.
    #grouped(digits, grouping) {
      const [locale, text] = [this.#locale, host.decimal(this.#locale, digits, grouping)];
      const isMoney = this.#options.style === "currency";
      if (tagOf(locale) === "de-AT" && isMoney) return text.replace(/[\u00a0\u202f]/g, ".");
      if (tagOf(locale) !== "fr-CH") return text;
      return text.replace(/['’]/g, "\u202f").replace(",", isMoney ? "." : ",");
    }
    // The digits to show, and what stands for the places that they were moved by.
    #scaled(size, rounding) {
      const { notation, compactDisplay } = this.#options;
      if (notation === "scientific" || notation === "engineering") {
        const step = notation === "scientific" ? 1 : 3;
        let [text, exponent] = scaled(plain(size), step);
        if (rounding(text).split(".")[0].length > step) [text, exponent] = ["1", exponent + step];
        const power = told(POWER, this.#locale) ?? "E";
        return [rounding(text), power + String(exponent).replace("-", minusOf(this.#locale))];
      }
      if (notation !== "compact" || typeof size !== "number") return [rounding(plain(size)), ""];
      const scales = scalesOf(this.#locale, compactDisplay);
      let at = scales.findIndex((it) => Math.abs(size) >= it.from);
      if (at < 0) at = scales.length;
      let shown = rounding(plain(at === scales.length ? size : size / scales[at].of));
      // What is rounded up may reach the next one.
      if (at > 0 && Number(shown) * (scales[at]?.of ?? 1) >= scales[at - 1].from) {
        at -= 1;
        shown = rounding(plain(scales[at].from / scales[at].of));
      }
      return [shown, at === scales.length ? "" : scaleText(this.#locale, scales[at], shown)];
    }
    #sign(negative, zero) {
      switch (this.#options.signDisplay) {
        case "never": return "";
        case "always": return negative ? "-" : "+";
        case "exceptZero": return zero ? "" : negative ? "-" : "+";
        case "negative": return negative && !zero ? "-" : "";
        default: return negative ? "-" : "";
      }
    }
    formatToParts(number) {
      const text = this.#text(number);
      const res = [];
      for (const [part] of text.matchAll(/\d+|[^\d]/gu)) {
        const digits = /\d/.test(part);
        const fraction = res.some((it) => it.type === "decimal");
        const type = digits ? (fraction ? "fraction" : "integer") : /[-−]/.test(part) ? "minusSign" : part === "+" ? "plusSign" : part === "%" ? "percentSign" : /\p{Sc}/u.test(part) ? "currency" : /[.,\u00a0\u202f'’]/.test(part) && res.at(-1)?.type === "integer" ? (text.lastIndexOf(part) === text.indexOf(part) && this.#options.maximumFractionDigits > 0 && !/[.,].*[.,]/.test(text.slice(text.indexOf(part))) ? "decimal" : "group") : "literal";
        res.push({ type, value: part });
      }
      return res;
    }
    formatRange(from, to) { const [a, b] = [this.#text(from), this.#text(to)]; return a === b ? `~${a}` : `${a}–${b}`; }
    resolvedOptions() {
      const { compactDigits: _a, currencyDisplay, currencySign, unitDisplay, compactDisplay, ...rest } = this.#options;
      const more = rest.style === "currency" ? { currencyDisplay, currencySign } : rest.style === "unit" ? { unitDisplay } : {};
      return { locale: tagOf(this.#locale), numberingSystem: /-nu-(\w+)/.exec(this.#locale)?.[1] ?? "latn", ...rest, ...more, ...(rest.notation === "compact" ? { compactDisplay } : {}) };
    }
  }
  library.Intl.NumberFormat = library.callable(NumberFormat);

  const toLocaleString = (check) => function toLocaleString(locales, options) { return new NumberFormat(locales, options).format(check.call(this)); };
  Object.defineProperty(Number.prototype, "toLocaleString", { value: toLocaleString(Number.prototype.valueOf), writable: true, configurable: true });
  Object.defineProperty(BigInt.prototype, "toLocaleString", { value: toLocaleString(BigInt.prototype.valueOf), writable: true, configurable: true });
})
