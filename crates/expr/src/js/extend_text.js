// Extension methods of strings.
(function (host, library) {
  "use strict";

  const { extensions: { string }, ExpressionExtensionError } = library;

  // Patterns are compiled at their first use: a context is made more often than it needs them.
  const lazy = (make) => { let made; return () => (made ??= make()); };
  const email = lazy(() => /[a-z0-9._%+'-]+@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}/i);
  const wholeEmail = lazy(() => new RegExp(`^${email().source}$`, "i"));
  const HOST = String.raw`(?:[a-z0-9\u00a1-\uffff](?:[a-z0-9\u00a1-\uffff-]{0,61}[a-z0-9\u00a1-\uffff])?\.)+[a-z\u00a1-\uffff][a-z0-9\u00a1-\uffff-]{0,61}[a-z\u00a1-\uffff]`;
  const wholeDomain = lazy(() => new RegExp(`^(?:${HOST}|localhost|\\d{1,3}(?:\\.\\d{1,3}){3})$`, "i"));
  const domain = lazy(() => new RegExp(`^(?:${HOST})(?=[/:?#]|$)`, "i"));

  string.base64Encode = (it) => host.base64Encode(it);
  string.base64Decode = (it) => host.base64Decode(it);
  string.hash = (it, algorithm = "md5") => {
    const found = algorithm === "base64" ? host.base64Encode(it) : host.hash(String(algorithm), it);
    if (found === null) throw new ExpressionExtensionError(`Unknown algorithm ${algorithm}. Available algorithms are: base64, md5, sha1, sha224, sha256, sha384, sha512, sha3, ripemd160`);
    return found;
  };

  string.extractEmail = (it) => it.match(email())?.[0];
  string.extractDomain = (it) => {
    const found = it.match(email())?.[0];
    if (found !== undefined && !/:\/\//.test(it)) return found.split("@")[1];
    const address = it.match(/(?:https?|ftp|wss?):\/\/(?:[^\s/@]*@)?(\[[^\]]+\]|[^\s/:?#"'<>]+)/i);
    if (address !== null) return address[1];
    return it.match(domain())?.[0];
  };
  string.extractUrl = (it) => it.match(/(?:https?|ftp):\/\/(?:[^\s"'<>`{}|\\^/.]+\.|localhost)[^\s"'<>`{}|\\^]*/i)?.[0];
  string.extractUrlPath = (it) => host.url(it)?.pathname;
  string.isEmail = (it) => wholeEmail().test(it);
  string.isDomain = (it) => wholeDomain().test(it);
  string.isUrl = (it) => {
    const parts = host.url(it.trim());
    return parts !== null && /^(?:https?|ftp):$/.test(parts.protocol) && /^(?:https?|ftp):\/\//i.test(it.trim());
  };
  string.isNumeric = (it) => it.trim() !== "" && !/\s/.test(it) && Number.isFinite(Number(it));
  string.isEmpty = (it) => it === "";
  string.isNotEmpty = (it) => it !== "";

  string.parseJson = (it) => {
    try {
      return JSON.parse(it);
    } catch {
      if (it.includes("'") && !it.includes('"')) {
        throw new ExpressionExtensionError("Parsing failed: JSON needs double quotes, not single ones");
      }
      throw new ExpressionExtensionError("Parsing failed");
    }
  };
  string.toJsonString = (it) => JSON.stringify(it);
  string.quote = (it, mark = '"') => mark + it.replaceAll("\\", "\\\\").replaceAll(mark, `\\${mark}`) + mark;

  string.removeTags = (it) => it.replace(/<[^>]*>?/g, "");
  string.removeMarkdown = (it) => it
    .replace(/^\s*(?:[-*_]\s*){3,}$/gm, "")
    .replace(/^([ \t]*)(?:[*+-]|\d+\.)\s+/gm, "$1")
    .replace(/^\s*(?:={3,}|-{3,})\s*$/gm, "")
    .replace(/^(?:~{3}|`{3}).*$\n?/gm, "")
    .replace(/~~/g, "")
    .replace(/<[^>]*>/g, "")
    .replace(/\[\^.+?\](?:: .*?$)?/gm, "")
    .replace(/\s{0,2}\[.*?\]: .*?$/gm, "")
    .replace(/!\[(.*?)\]\s?[[(].*?[\])]/g, "$1")
    .replace(/\[([^\]]*?)\]\s?[[(].*?[\])]/g, "$1")
    .replace(/^\s{0,3}>\s?/gm, "")
    .replace(/^(\n)?\s{0,3}#{1,6}\s*(.*?)\s*#*\s*$/gm, "$1$2")
    .replace(/([*_]{1,3})(\S(?:.*?\S)?)\1/g, "$2")
    .replace(/`(.+?)`/g, "$1");
  const LETTERS = { ß: "ss", æ: "ae", Æ: "AE", œ: "oe", Œ: "OE", ø: "o", Ø: "O", đ: "d", Đ: "D", ð: "d", Ð: "D", þ: "th", Þ: "TH", ł: "l", Ł: "L", ı: "i", ħ: "h", Ħ: "H", ŋ: "n", Ŋ: "N", ŧ: "t", Ŧ: "T" };
  string.replaceSpecialChars = (it) => it.normalize("NFD").replace(/\p{M}/gu, "").replace(/[^\x00-\x7f]/gu, (letter) => LETTERS[letter] ?? letter);

  string.length = (it) => it.length;

  string.toBoolean = (it) => !["", "0", "false", "no"].includes(it.trim().toLowerCase());
  string.toNumber = (it) => {
    const number = Number(it.replace(/^\s*'|'\s*$/g, ""));
    if (Number.isNaN(number)) throw new ExpressionExtensionError("Error while converting to a number: the string is not a number");
    return number;
  };
  const whole = (it, radix) => {
    const number = parseInt(it.replace(/[_\p{Sc}]/gu, ""), radix);
    if (Number.isNaN(number)) throw new ExpressionExtensionError("Error while converting to integer");
    return number;
  };
  string.toInt = whole;
  string.toWholeNumber = whole;
  const decimal = (it) => {
    if (it.includes(",")) throw new ExpressionExtensionError("cannot convert to float, expected . as decimal separator");
    const number = parseFloat(it.replace(/[_\p{Sc}]/gu, ""));
    if (Number.isNaN(number)) throw new ExpressionExtensionError("Error while converting to float");
    return number;
  };
  string.toFloat = decimal;
  string.toDecimalNumber = decimal;

  // Words that stay small, and words that have a case of their own: a capital or a point within.
  const MINOR = lazy(() => /\b(?:and?|a[st]?|because|but|by|en|for|i[fn]|neither|nor|o[fnr]|only|over|per|so|some|tha[tn]|the|to|up|upon|vs?\.?|versus|via|when|with|without|yet)\b/i);
  const OWN_CASE = lazy(() => /.(?:[A-Z]|\..)/);
  string.toTitleCase = (it) => it.replace(/[^\s:–—-]+|[\s\S]/g, (word, at) => {
    if (word === "\n") return "";
    const end = at + word.length;
    const small = MINOR().test(word) && at > 0 && end < it.length;
    const leads = it[end] === ":" && !/\s/.test(it[end + 1] ?? "");
    return small || leads || OWN_CASE().test(word) ? word : word.replace(/[A-Za-z0-9\u00c0-\u00ff]/, (letter) => letter.toUpperCase());
  });
  // Each sentence has a capital letter, the first it has, and no other.
  string.toSentenceCase = (it) => it.replace(/[^.!?]+/g, (sentence) => sentence
    .toLowerCase()
    .replace(/\p{L}/u, (letter) => letter.toUpperCase()));
  string.toSnakeCase = (it) => it.toLowerCase().replace(/[ -]/g, "_").replace(/[!-,./:-@[-^`{-~]/g, "");
  string.urlEncode = (it, all = false) => (all ? encodeURI(it) : encodeURIComponent(it));
  string.urlDecode = (it, all = false) => (all ? decodeURI(it) : decodeURIComponent(it));
})
