// The names of an expression: `$json`, `$('Node')`, `$input` and their kin.
(function (host, library) {
  "use strict";

  const { names, once, ExpressionError } = library;
  const fixed = (name, value) => { names[name] = () => value; library.closed.push(value); };

  // A list of items, made whole only when it is asked for whole; a change is seen by who looks again.
  function listing(key, count, whole, one) {
    return once(key, () => {
      const single = new Map();
      let made;
      return {
        count,
        all() {
          if (made === undefined) {
            made = whole();
            for (const [index, item] of single) made[index] = item;
          }
          return made;
        },
        at(index) {
          if (made !== undefined) return made[index];
          if (!single.has(index)) single.set(index, one(index));
          return single.get(index);
        },
      };
    });
  }
  const input = () => listing("input", host.inputCount(0), () => host.input(0), (index) => host.inputItem(0, index));
  const itemIndex = () => host.item();
  const itemAt = (index) => input().at(index);
  const current = () => itemAt(itemIndex());

  names.$json = () => current()?.json;
  names.$data = names.$json;
  names.$binary = () => current()?.binary ?? {};
  library.scriptNames.items = () => input().all();
  library.scriptNames.item = current;
  names.$thisItem = current;
  names.$itemIndex = itemIndex;
  names.$position = itemIndex;
  names.$thisItemIndex = itemIndex;
  names.$runIndex = () => host.facts().runIndex;
  names.$thisRunIndex = names.$runIndex;
  names.$mode = () => host.facts().mode;

  names.$input = () => once("$input", () => inputOf(itemIndex));
  function inputOf(index) {
    return {
      get item() { return itemAt(index()); },
      first() { return itemAt(0); },
      last() { return itemAt(input().count - 1); },
      all() { return input().all(); },
      itemMatching(at) { return itemAt(at); },
      get params() { return host.parameters(previousNode()); },
      get context() { return host.context(previousNode()); },
    };
  }
  const previousNode = () => names.$prevNode().name;
  names.$prevNode = () => once("$prevNode", () => host.previous());

  // Another node by its name, as seen from the item at `index`.
  function node(name, index) {
    if (typeof name !== "string") throw new ExpressionError("$() needs the name of a node");
    const fact = host.node(name);
    if (fact === null) throw new ExpressionError(`Referenced node doesn't exist: '${name}'`);
    const run = (given) => given ?? Math.max(host.runs(fact) - 1, 0);
    const list = (branch, runIndex) => {
      const [port, at] = [branch ?? host.wired(fact), run(runIndex)];
      const count = host.outputCount(fact, port, at);
      if (count < 0) {
        throw new ExpressionError(host.runs(fact) === 0 ? `Node '${name}' hasn't been executed` : "No execution data available");
      }
      const [whole, one] = [() => host.output(fact, port, at), (index) => host.outputItem(fact, port, at, index)];
      return listing(`output ${fact} ${port} ${at}`, count, whole, one);
    };
    const paired = (at) => once(`paired ${fact} ${at}`, () => {
      if (host.runs(fact) === 0) throw new ExpressionError(`Node '${name}' hasn't been executed`);
      const found = host.paired(fact, at);
      if (typeof found === "string") throw new ExpressionError(found);
      return found;
    });
    return {
      get item() { return paired(index()); },
      pairedItem(at) { return paired(at ?? index()); },
      itemMatching(at) {
        if (at === undefined) throw new ExpressionError("itemMatching() needs the index of an item");
        return paired(at);
      },
      first(branch, runIndex) { return list(branch, runIndex).at(0); },
      last(branch, runIndex) { const all = list(branch, runIndex); return all.at(all.count - 1); },
      all(branch, runIndex) { return list(branch, runIndex).all(); },
      get isExecuted() { return host.runs(fact) > 0; },
      get params() { return host.parameters(name); },
      get context() { return host.context(name); },
      // The older spelling `$node["x"].json` looks at the same place in the node's last run.
      legacy() {
        const all = list(undefined, undefined);
        if (all.count === 0) throw new ExpressionError(`Node '${name}' has no output data`);
        if (index() >= all.count) {
          throw new ExpressionError(`"${name}" node has ${all.count} item(s) but you're trying to access item ${index()}`);
        }
        return all.at(index());
      },
    };
  }
  names.$ = () => once("$", () => (name) => node(name, itemIndex));

  function nodesOf(index) {
    const look = (name) => {
      const other = node(name, index);
      return {
        get json() { return other.legacy()?.json; },
        get data() { return other.legacy()?.json; },
        get binary() { return other.legacy()?.binary; },
        get parameter() { return evaluated(other.params ?? {}); },
        get params() { return other.params; },
        get context() { return other.context; },
        get runIndex() { return host.runs(host.node(name)) - 1; },
        get isExecuted() { return other.isExecuted; },
      };
    };
    return new Proxy({}, {
      get: (_, name) => (typeof name === "string" ? look(name) : undefined),
      has: (_, name) => typeof name === "string" && host.node(name) !== null,
    });
  }
  names.$node = () => once("$node", () => nodesOf(itemIndex));
  names.$items = () => (name, port, run) => {
    if (name === undefined) return input().all();
    return node(name, itemIndex).all(port ?? 0, run);
  };
  names.$item = () => (index) => ({
    get $json() { return itemAt(index)?.json; },
    get $binary() { return itemAt(index)?.binary ?? {}; },
    $input: inputOf(() => index),
    $node: nodesOf(() => index),
    $: (name) => node(name, () => index),
    $itemIndex: index,
  });

  names.$workflow = () => host.facts().workflow;
  names.$nodeId = () => host.facts().nodeId;
  names.$nodeVersion = () => host.facts().nodeVersion;
  names.$webhookId = () => host.facts().webhookId;
  // A node's parameters, each evaluated when it is looked at, for the item at hand.
  const evaluated = (raw) => new Proxy(raw, {
    get(_, name) {
      if (name === "toJSON") return () => raw;
      const value = Object.hasOwn(raw, name) ? raw[name] : undefined;
      const one = value?.__rl === true ? value.value : value;
      return typeof one === "string" && one.startsWith("=") ? evaluate(one.slice(1)) : one;
    },
  });
  names.$parameter = () => once("$parameter", () => evaluated(host.parameters(null) ?? {}));
  names.$rawParameter = () => once("$rawParameter", () => host.parameters(null));
  names.$self = () => host.context(null);
  names.$vars = () => once("$vars", () => host.vars());
  names.$resumeWebhookUrl = () => host.facts().execution.resumeUrl;
  names.$env = () => once("$env", () => {
    const all = host.env();
    if (all !== null) return all;
    return new Proxy({}, {
      get: (_, name) => {
        if (typeof name === "symbol") return undefined;
        throw new ExpressionError("access to env vars denied");
      },
    });
  });

  names.$execution = () => once("$execution", () => ({ ...host.facts().execution, customData }));
  const customKey = (name) => {
    if (typeof name !== "string" || !/^[A-Za-z0-9_]{1,50}$/.test(name)) {
      throw new ExpressionError("a key of custom data has 1 to 50 letters, digits and underscores");
    }
    return name;
  };
  const customData = {
    set(name, value) { host.keepCustom(customKey(name), String(value)); },
    setAll(all) { for (const [name, value] of Object.entries(all)) customData.set(name, value); },
    get(name) { return host.custom()[name]; },
    getAll() { return host.custom(); },
  };

  // Static data is kept when the script changed it and did not fail.
  function staticData(kind) {
    if (kind !== "global" && kind !== "node") throw new ExpressionError(`The type "${kind}" is not known for static data: use "global" or "node"`);
    const own = kind === "node";
    return once(`static ${kind}`, () => {
      const value = host.staticData(own);
      const before = JSON.stringify(value);
      library.after(() => { if (JSON.stringify(value) !== before) host.keepStatic(own, value); });
      return value;
    });
  }
  // Expressions have none.
  names.$getWorkflowStaticData = () => (host.isCode() ? staticData : undefined);
  library.scriptNames.getWorkflowStaticData = () => staticData;
  library.closed.push(staticData, customData);

  fixed("$if", (condition, yes, no) => (condition ? yes : no));
  const isEmpty = (it) => it === undefined || it === null || it === "" ||
    (typeof it === "object" && !(it instanceof Date) && !library.isMoment(it) && Object.keys(it).length === 0);
  fixed("$ifEmpty", (value, otherwise) => (isEmpty(value) ? otherwise : value));
  fixed("$min", (...all) => Math.min(...all));
  fixed("$max", (...all) => Math.max(...all));
  fixed("$average", (...all) => (all.length === 0 ? 0 : all.reduce((sum, it) => sum + it, 0) / all.length));
  fixed("$not", (it) => !it);
  library.isEmpty = isEmpty;
  // Whether a value is one of Luxon's moments; the scripts with dates say more.
  library.isMoment = (it) => library.DateTime !== undefined && it instanceof library.DateTime;

  // A value that a model filled in: the tool's call carries it beside the item's own fields.
  const fromAI = (name, _description, _type, otherwise) => {
    if (typeof name !== "string" || !/^[\w-]{1,64}$/.test(name)) {
      throw new ExpressionError("Invalid parameter key, must be between 1 and 64 characters long and only contain lowercase letters, uppercase letters, numbers, underscores, and hyphens");
    }
    const given = current()?.json;
    return given?.query?.[name] ?? given?.[name] ?? otherwise;
  };
  fixed("$fromAI", fromAI);
  fixed("$fromAi", fromAI);
  fixed("$fromai", fromAI);

  // Evaluates text from elsewhere, such as a parameter or an item.
  const evaluate = (text) => {
    const parts = host.compile(String(text)).map((part) => (typeof part === "string" ? part : library.callNow(part[0], part[1])));
    return parts.length === 1 ? parts[0] : parts.map((part) => part ?? "").join("");
  };
  fixed("$evaluateExpression", evaluate);

  // What a script finds at `this`.
  library.codeThis = () => ({
    getWorkflowStaticData: staticData,
    getNodeParameter: (path, _item, otherwise) => host.parameters(null)[path] ?? otherwise,
    getInputData: () => input().all(),
    helpers: library.helpers,
  });
})
