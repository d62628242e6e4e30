// Workflows to start from: each is whole, and says by its notes what to put in.
import type { TFunction } from "i18next";
import type { Workflow } from "~/api/types";
import { firstWorkflow, text } from "./first";

export interface Template {
  id: string;
  title: string;
  about: string;
  /** What it needs to know; what is left empty is put in later. */
  asks?: Question[];
  /** Whether somebody may want to hear of its failures elsewhere. */
  mayTell?: boolean;
  make: (given: Given) => Workflow;
}

export interface Question {
  id: string;
  label: string;
  isAddress?: boolean;
  /** What stands there without an answer. */
  usual: string;
}

export type Given = Readonly<Record<string, string>>;

const ELSEWHERE = "https://example.com/";

/** A note about what is still to be put in; nothing when all of it was said. */
const note = (content: string, asks: Question[] = [], given: Given = {}) =>
  asks.length > 0 && asks.every((it) => given[it.id]?.trim()) ? [] : [{ content, position: [240, -140] as [number, number], size: [280, 90] as [number, number] }];

/** The answer to a question, or what stands there without one. */
const answers = (asks: Question[], given: Given) => (id: string) => given[id]?.trim() || (asks.find((it) => it.id === id)?.usual ?? "");

export function templates(t: TFunction): Template[] {
  return [
    { id: "first", title: t("My first workflow"), about: t("Runs at once: an expression, a branch and five nodes."), make: () => firstWorkflow(t) },
    { id: "feed", title: t("New entries of a feed"), about: t("Every weekday at 9: reads a JSON feed, keeps what fits, and posts it to an address."), mayTell: true, ...feed(t) },
    { id: "error", title: t("Tell us when a workflow fails"), about: t("Other workflows name it in their settings; it posts what failed, and where."), ...failure(t) },
    { id: "answer", title: t("Answer a call"), about: t("A webhook that answers with JSON made of what was sent."), make: () => answer(t) },
    { id: "watch", title: t("Watch a page"), about: t("Every five minutes: asks an address, and tells you when it does not answer well."), mayTell: true, ...watch(t) },
    { id: "later", title: t("Do it later"), about: t("A webhook whose run waits a day, without any server time, and then calls an address."), mayTell: true, ...later(t) },
  ];
}

type Made = Required<Pick<Template, "asks" | "make">>;

function feed(t: TFunction): Made {
  const [when, read, fits, post] = [t("Weekdays at 9"), t("Read the feed"), t("Keep what fits"), t("Post it")];
  const asks: Question[] = [
    { id: "feed", label: t("Address of the feed"), isAddress: true, usual: `${ELSEWHERE}feed.json` },
    { id: "word", label: t("What its titles are searched for"), usual: "Rust" },
    { id: "to", label: t("Post what fits to"), isAddress: true, usual: `${ELSEWHERE}hook` },
  ];
  const make = (given: Given): Workflow => {
    const of = answers(asks, given);
    return {
      name: t("New entries of a feed"),
      nodes: [
        { name: when, type: "trigger.schedule", position: [0, 0], parameters: { rules: [{ every: "weeks", weekdays: [1, 2, 3, 4, 5], hour: 9, minute: 0 }] } },
        { name: read, type: "http.request", position: [240, 0], parameters: { url: of("feed") }, retry: { tries: 3 } },
        { name: fits, type: "data.filter", position: [480, 0], parameters: { conditions: { combine: "and", ignoreCase: true, rows: [{ left: "={{ $json.title }}", type: "string", operation: "contains", right: of("word") }] } } },
        { name: post, type: "http.request", position: [720, 0], parameters: { method: "POST", url: of("to"), bodyType: "json", bodyBy: "text", bodyJson: "={{ $json }}" }, retry: { tries: 3 } },
      ],
      connections: [{ from: when, to: read }, { from: read, to: fits }, { from: fits, to: post }],
      stickyNotes: note(t("Put your feed and your address into the two requests, and what you look for into the filter."), asks, given),
    };
  };
  return { asks, make };
}

/** Tells an address of what failed elsewhere. */
export function failure(t: TFunction): Made {
  const [failed, tell] = [t("A workflow has failed"), t("Tell us")];
  const asks: Question[] = [{ id: "to", label: t("Post what failed to"), isAddress: true, usual: `${ELSEWHERE}alarm` }];
  const fields = [
    { name: "workflow", value: "={{ $json.workflow.name }}" },
    { name: "step", value: "={{ $json.execution.lastNodeExecuted }}" },
    { name: "message", value: "={{ $json.execution.error.message }}" },
    { name: "url", value: "={{ $json.execution.url }}" },
  ];
  const make = (given: Given): Workflow => ({
    name: t("Tell us when a workflow fails"),
    nodes: [
      { name: failed, type: "trigger.error", position: [0, 0] },
      { name: tell, type: "http.request", position: [240, 0], parameters: { method: "POST", url: answers(asks, given)("to"), bodyType: "json", bodyBy: "fields", bodyFields: fields }, retry: { tries: 5 } },
    ],
    connections: [{ from: failed, to: tell }],
    stickyNotes: note(t("Put your address into the request and publish. Then choose this workflow in the settings of others.")),
  });
  return { asks, make };
}

function answer(t: TFunction): Workflow {
  const [call, greet] = [t("A call"), t("The answer")];
  return {
    name: t("Answer a call"),
    nodes: [
      { name: call, type: "trigger.webhook", position: [0, 0], parameters: { methods: ["POST"], respond: "lastNode" } },
      { name: greet, type: "data.set", position: [240, 0], parameters: { include: "none", fields: [text("answer", `=${t("Hello")} {{ $json.body.name }}`)] } },
    ],
    connections: [{ from: call, to: greet }],
    stickyNotes: note(t("Once it is published, its address stands under Webhooks; there you can call it, too.")),
  };
}

function watch(t: TFunction): Made {
  const [when, ask, bad, tell] = [t("Every five minutes"), t("Ask the page"), t("Not well?"), t("Tell us")];
  const asks: Question[] = [
    { id: "page", label: t("Address of the page"), isAddress: true, usual: ELSEWHERE },
    { id: "to", label: t("Tell this address when it is not well"), isAddress: true, usual: `${ELSEWHERE}alarm` },
  ];
  const make = (given: Given): Workflow => {
    const of = answers(asks, given);
    return {
      name: t("Watch a page"),
      nodes: [
        { name: when, type: "trigger.schedule", position: [0, 0], parameters: { rules: [{ every: "minutes", amount: 5 }] } },
        { name: ask, type: "http.request", position: [240, 0], parameters: { url: of("page"), fullResponse: true, neverError: true, response: "text" } },
        { name: bad, type: "data.filter", position: [480, 0], parameters: { conditions: { combine: "and", rows: [{ left: "={{ $json.statusCode }}", type: "number", operation: "gte", right: 400 }] } } },
        { name: tell, type: "http.request", position: [720, 0], parameters: { method: "POST", url: of("to"), bodyType: "json", bodyBy: "fields", bodyFields: [{ name: "status", value: "={{ $json.statusCode }}" }] }, retry: { tries: 3 } },
      ],
      connections: [{ from: when, to: ask }, { from: ask, to: bad }, { from: bad, to: tell }],
      stickyNotes: note(t("Put the page and the address that is told into the two requests."), asks, given),
    };
  };
  return { asks, make };
}

function later(t: TFunction): Made {
  const [call, wait, act] = [t("A call"), t("A day later"), t("Call the address")];
  const asks: Question[] = [{ id: "to", label: t("Call this address a day later"), isAddress: true, usual: `${ELSEWHERE}remind` }];
  const make = (given: Given): Workflow => ({
    name: t("Do it later"),
    nodes: [
      { name: call, type: "trigger.webhook", position: [0, 0], parameters: { methods: ["POST"], respond: "atOnce" } },
      { name: wait, type: "flow.wait", position: [240, 0], parameters: { until: "interval", amount: 1, unit: "days" } },
      { name: act, type: "http.request", position: [480, 0], parameters: { method: "POST", url: answers(asks, given)("to"), bodyType: "json", bodyBy: "text", bodyJson: "={{ $json.body }}" }, retry: { tries: 3 } },
    ],
    connections: [{ from: call, to: wait }, { from: wait, to: act }],
    stickyNotes: note(t("The run survives restarts while it waits. Put your address into the last node."), asks, given),
  });
  return { asks, make };
}
