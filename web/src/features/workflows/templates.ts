// Workflows to start from: each is whole, and says by its notes what to put in.
import type { TFunction } from "i18next";
import type { Workflow } from "~/api/types";
import { firstWorkflow, text } from "./first";

export interface Template {
  id: string;
  title: string;
  about: string;
  make: () => Workflow;
}

const ELSEWHERE = "https://example.com/";
const note = (content: string) => [{ content, position: [240, -140] as [number, number], size: [280, 90] as [number, number] }];

export function templates(t: TFunction): Template[] {
  return [
    { id: "first", title: t("My first workflow"), about: t("Runs at once: an expression, a branch and five nodes."), make: () => firstWorkflow(t) },
    { id: "feed", title: t("New entries of a feed"), about: t("Every weekday at 9: reads a JSON feed, keeps what fits, and posts it to an address."), make: () => feed(t) },
    { id: "error", title: t("Tell us when a workflow fails"), about: t("Other workflows name it in their settings; it posts what failed, and where."), make: () => failure(t) },
    { id: "answer", title: t("Answer a call"), about: t("A webhook that answers with JSON made of what was sent."), make: () => answer(t) },
    { id: "watch", title: t("Watch a page"), about: t("Every five minutes: asks an address, and tells you when it does not answer well."), make: () => watch(t) },
    { id: "later", title: t("Do it later"), about: t("A webhook whose run waits a day, without any server time, and then calls an address."), make: () => later(t) },
  ];
}

function feed(t: TFunction): Workflow {
  const [when, read, fits, post] = [t("Weekdays at 9"), t("Read the feed"), t("Keep what fits"), t("Post it")];
  return {
    name: t("New entries of a feed"),
    nodes: [
      { name: when, type: "trigger.schedule", position: [0, 0], parameters: { rules: [{ every: "weeks", weekdays: [1, 2, 3, 4, 5], hour: 9, minute: 0 }] } },
      { name: read, type: "http.request", position: [240, 0], parameters: { url: `${ELSEWHERE}feed.json` }, retry: { tries: 3 } },
      { name: fits, type: "data.filter", position: [480, 0], parameters: { conditions: { combine: "and", ignoreCase: true, rows: [{ left: "={{ $json.title }}", type: "string", operation: "contains", right: "Rust" }] } } },
      { name: post, type: "http.request", position: [720, 0], parameters: { method: "POST", url: `${ELSEWHERE}hook`, bodyType: "json", bodyBy: "text", bodyJson: "={{ $json }}" }, retry: { tries: 3 } },
    ],
    connections: [{ from: when, to: read }, { from: read, to: fits }, { from: fits, to: post }],
    stickyNotes: note(t("Put your feed and your address into the two requests, and what you look for into the filter.")),
  };
}

function failure(t: TFunction): Workflow {
  const [failed, tell] = [t("A workflow has failed"), t("Tell us")];
  const fields = [
    { name: "workflow", value: "={{ $json.workflow.name }}" },
    { name: "step", value: "={{ $json.execution.lastNodeExecuted }}" },
    { name: "message", value: "={{ $json.execution.error.message }}" },
    { name: "url", value: "={{ $json.execution.url }}" },
  ];
  return {
    name: t("Tell us when a workflow fails"),
    nodes: [
      { name: failed, type: "trigger.error", position: [0, 0] },
      { name: tell, type: "http.request", position: [240, 0], parameters: { method: "POST", url: `${ELSEWHERE}alarm`, bodyType: "json", bodyBy: "fields", bodyFields: fields }, retry: { tries: 5 } },
    ],
    connections: [{ from: failed, to: tell }],
    stickyNotes: note(t("Put your address into the request and publish. Then choose this workflow in the settings of others.")),
  };
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

function watch(t: TFunction): Workflow {
  const [when, ask, bad, tell] = [t("Every five minutes"), t("Ask the page"), t("Not well?"), t("Tell us")];
  return {
    name: t("Watch a page"),
    nodes: [
      { name: when, type: "trigger.schedule", position: [0, 0], parameters: { rules: [{ every: "minutes", amount: 5 }] } },
      { name: ask, type: "http.request", position: [240, 0], parameters: { url: ELSEWHERE, fullResponse: true, neverError: true, response: "text" } },
      { name: bad, type: "data.filter", position: [480, 0], parameters: { conditions: { combine: "and", rows: [{ left: "={{ $json.statusCode }}", type: "number", operation: "gte", right: 400 }] } } },
      { name: tell, type: "http.request", position: [720, 0], parameters: { method: "POST", url: `${ELSEWHERE}alarm`, bodyType: "json", bodyBy: "fields", bodyFields: [{ name: "status", value: "={{ $json.statusCode }}" }] }, retry: { tries: 3 } },
    ],
    connections: [{ from: when, to: ask }, { from: ask, to: bad }, { from: bad, to: tell }],
    stickyNotes: note(t("Put the page and the address that is told into the two requests.")),
  };
}

function later(t: TFunction): Workflow {
  const [call, wait, act] = [t("A call"), t("A day later"), t("Call the address")];
  return {
    name: t("Do it later"),
    nodes: [
      { name: call, type: "trigger.webhook", position: [0, 0], parameters: { methods: ["POST"], respond: "atOnce" } },
      { name: wait, type: "flow.wait", position: [240, 0], parameters: { until: "interval", amount: 1, unit: "days" } },
      { name: act, type: "http.request", position: [480, 0], parameters: { method: "POST", url: `${ELSEWHERE}remind`, bodyType: "json", bodyBy: "text", bodyJson: "={{ $json.body }}" }, retry: { tries: 3 } },
    ],
    connections: [{ from: call, to: wait }, { from: wait, to: act }],
    stickyNotes: note(t("The run survives restarts while it waits. Put your address into the last node.")),
  };
}
