// Takes in what is pasted or dropped: our own nodes as they are, n8n's as the server converts them.
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import type { Schemas } from "~/api/types";
import { faultWords } from "~/lib/faults";
import { say } from "~/ui/toast";
import { moved, type Part } from "./commands/paste";
import { fromText } from "./model/clipboard";

type Place = [number, number];
type File = Schemas["WorkflowFile"];

const NAMES_MAX = 5;

/** `middle` says where converted nodes come when nobody said where. */
export function usePasting(onPart: (part: Part) => void, middle: () => Place) {
  const { t } = useTranslation();
  /** What became of the nodes, in a sentence or a few. */
  const wordsFor = (report: Schemas["ImportReport"]) => {
    const list = (title: string, nodes: string[]) => {
      const names = [...new Set(nodes)];
      return names.length ? [`${title}: ${names.slice(0, NAMES_MAX).join(", ")}${names.length > NAMES_MAX ? " …" : ""}.`] : [];
    };
    return [
      t("{{converted}} of {{nodes}} nodes came over as they were.", { converted: report.converted, nodes: report.nodes }),
      ...list(t("Need a credential"), report.needs_credential.map((it) => it.node)),
      ...list(t("Work a little differently"), report.approximated.map((it) => it.node)),
      ...list(t("Are not known here, and wait for you"), report.unsupported.map((it) => it.node)),
      ...(report.notes ?? []).map(faultWords),
    ].join(" ");
  };
  const convert = async (foreign: unknown, at: Place) => {
    try {
      // What is not as it is described is for the server to say.
      const { workflows } = await body(api.POST("/api/workflows/convert", { body: foreign as File }));
      const [one] = workflows;
      if (!one?.document.nodes?.length && !one?.document.stickyNotes?.length) return say(t("There are no nodes of a workflow in the clipboard."), "error");
      onPart(moved(one.document, at));
      say(wordsFor(one.report));
    } catch (error) {
      say(messageOf(error), "error");
    }
  };
  return (text: string, at?: Place) => {
    const pasted = fromText(text);
    if (!pasted) say(t("There are no nodes of a workflow in the clipboard."), "error");
    else if ("part" in pasted) onPart(at ? moved(pasted.part, at) : pasted.part);
    else void convert(pasted.foreign, at ?? middle());
  };
}
