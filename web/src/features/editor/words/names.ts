// What expressions and scripts may say: names, and the methods of each kind of value. A test holds it against
// the expression language itself.

export type Kind = "string" | "number" | "boolean" | "array" | "object" | "date";

/** A signature: the name, and what goes in between its parentheses, if it has any. */
const list = (text: string): string[] => text.trim().split(/\s*\n\s*|\s{2,}/);

/** Beyond what JavaScript has. */
export const EXTENSIONS: Record<Kind, string[]> = {
  string: list(`
    base64Decode()  base64Encode()  extractDomain()  extractEmail()  extractUrl()  extractUrlPath()  hash(algorithm)
    isDomain()  isEmail()  isEmpty()  isNotEmpty()  isNumeric()  isUrl()  parseJson()  quote(mark)  removeMarkdown()
    removeTags()  replaceSpecialChars()  toBoolean()  toDate()  toDateTime(format)  toDecimalNumber()  toFloat()  toInt()
    toJsonString()  toNumber()  toSentenceCase()  toSnakeCase()  toTitleCase()  toWholeNumber()  urlDecode()  urlEncode()
  `),
  number: list(`
    abs()  ceil()  floor()  format(locale, options)  isEmpty()  isEven()  isInteger()  isNotEmpty()  isOdd()  round(decimals)
    toBoolean()  toDateTime(unit)  toDecimalNumber()  toFloat()  toInt()  toWholeNumber()
  `),
  boolean: list(`isEmpty()  isNotEmpty()  toBoolean()  toDecimalNumber()  toFloat()  toInt()  toNumber()  toWholeNumber()`),
  array: list(`
    append(items)  average()  chunk(size)  compact()  difference(other)  first()  intersection(other)  isEmpty()  isNotEmpty()
    last()  max()  merge(other)  min()  pluck(fields)  randomItem()  removeDuplicates(keys)  renameKeys(from, to)
    smartJoin(keyField, valueField)  sum()  toJsonString()  union(other)  unique(keys)
  `),
  object: list(`
    compact()  hasField(name)  isEmpty()  isNotEmpty()  keepFieldsContaining(text)  keys()  removeField(name)
    removeFieldsContaining(text)  toJsonString()  urlEncode()  values()
  `),
  date: list(`
    beginningOf(unit)  diffTo(other, unit)  diffToNow(unit)  endOfMonth()  extract(part)  format(format)
    isBetween(first, second)  isDst()  isEmpty()  isInLast(many, unit)  isNotEmpty()  isWeekend()  minus(many, unit)
    plus(many, unit)  toBoolean()  toDateTime()  toFloat()  toInt()
  `),
};

/** What JavaScript, or Luxon for dates, has of its own; the common part of it. */
export const METHODS: Record<Kind, string[]> = {
  string: list(`
    length  at(index)  concat(text)  endsWith(text)  includes(text)  indexOf(text)  match(pattern)  padEnd(length, text)
    padStart(length, text)  repeat(count)  replace(what, by)  replaceAll(what, by)  slice(from, to)  split(by)  startsWith(text)
    substring(from, to)  toLowerCase()  toUpperCase()  trim()  trimEnd()  trimStart()
  `),
  number: list(`toFixed(digits)  toLocaleString(locale)  toString()`),
  boolean: list(`toString()`),
  array: list(`
    length  at(index)  concat(other)  every(test)  filter(test)  find(test)  findIndex(test)  flat()  flatMap(change)
    includes(value)  indexOf(value)  join(by)  map(change)  reduce(step, start)  reverse()  slice(from, to)  some(test)  sort(order)
  `),
  object: [],
  date: list(`
    day  hour  minute  month  second  weekNumber  weekday  year  diff(other, unit)  endOf(unit)  set(parts)  setZone(zone)
    startOf(unit)  toFormat(format)  toISO()  toISODate()  toLocaleString(options)  toMillis()  toSeconds()  toUTC()
  `),
};

/** What stands at the beginning; nodes, fields and variables are added as they are known. */
export const ROOTS = list(`
  $json  $binary  $input  $now  $today  $vars  $execution  $workflow  $env  $itemIndex  $runIndex  $prevNode  $mode  $parameter
  $if(condition, yes, no)  $ifEmpty(value, otherwise)  $min(numbers)  $max(numbers)  $average(numbers)  $not(value)
  $jmespath(data, query)  $fromAI(name)  $nodeId  $nodeVersion  $webhookId  $resumeWebhookUrl  $evaluateExpression(text)
  $getWorkflowStaticData(kind)
`);

/** Older spellings and inner names: they work, and are not offered. */
export const UNSAID = list(`$data  $thisItem  $position  $thisItemIndex  $thisRunIndex  $node  $items  $item  $rawParameter  $self  $fromAi  $fromai  $jmesPath`);

export const GLOBALS = list(`DateTime  Duration  Interval  JSON  Math  Number  Object  String  Array  Date`);
export const SCRIPT_ROOTS = list(`items  item  console  getWorkflowStaticData(kind)`);

/** Members of what is no data of an item. */
export const MEMBERS: Record<string, string[]> = {
  $input: list(`item  first()  last()  all()  itemMatching(index)  params  context`),
  node: list(`item  first()  last()  all()  itemMatching(index)  isExecuted  params  context`),
  item: list(`json  binary`),
  $execution: list(`id  mode  resumeUrl  customData`),
  $workflow: list(`id  name  active`),
  $prevNode: list(`name  outputIndex  runIndex`),
  customData: list(`get(name)  getAll()  set(name, value)  setAll(values)`),
  DateTime: list(`now()  fromISO(text)  fromFormat(text, format)  fromMillis(ms)  fromSeconds(s)  local(year, month, day)  utc(year, month, day)`),
  Math: list(`abs(x)  ceil(x)  floor(x)  max(numbers)  min(numbers)  pow(x, y)  random()  round(x)  sqrt(x)  trunc(x)`),
  JSON: list(`parse(text)  stringify(value)`),
  Object: list(`assign(target, sources)  entries(it)  fromEntries(list)  keys(it)  values(it)`),
  console: list(`log(values)`),
};

export const nameOf = (signature: string) => signature.replace(/\(.*/, "");
