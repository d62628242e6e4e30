// The search for a node to add.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { NodeTypeRow } from "~/api/types";
import { NodeIcon, type NamedType, type NodeTypes } from "~/features/graph";
import { Choices } from "~/ui/choices";
import { Dialog } from "~/ui/dialog";

interface Props {
  open: boolean;
  types: NodeTypes;
  /** Only what can follow a wire. */
  noTriggers: boolean;
  onClose: () => void;
  onChoose: (type: NodeTypeRow) => void;
}

export function NodePalette({ open, types, noTriggers, onClose, onChoose }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog open={open} onClose={onClose} title={t("Add a node")} closeLabel={t("Close")}>
      {open && <NodeChoices types={types} noTriggers={noTriggers} onChoose={onChoose} />}
    </Dialog>
  );
}

function NodeChoices({ types, noTriggers, onChoose }: Pick<Props, "types" | "noTriggers" | "onChoose">) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const wanted = text.toLowerCase();
  const words = wanted.split(/\s+/).filter(Boolean);
  const others = useOtherWords();
  const found = [...types.values()]
    .filter((it) => it.name !== "placeholder" && !(noTriggers && it.trigger))
    .filter((it) => {
      const told = `${it.title} ${it.name} ${it.summary} ${it.english} ${others[it.name] ?? ""}`.toLowerCase();
      return words.every((word) => told.includes(word));
    })
    .sort((a, b) => Number(b.trigger && !wanted) - Number(a.trigger && !wanted) || rank(b, wanted) - rank(a, wanted) || a.title.localeCompare(b.title));
  return (
    <Choices id="node-choices" label={t("Search nodes")} listLabel={t("Nodes")} text={text} onText={setText} found={found} keyOf={(it) => it.name} onChoose={(it) => it && onChoose(it)}>
      {(it) => (
        <>
          <span className="flex size-7 shrink-0 items-center justify-center rounded-control bg-hover text-text2"><NodeIcon name={it.icon} /></span>
          <span className="min-w-0 flex-1"><b className="block font-medium">{it.title}</b><span className="block truncate text-small text-text2 max-sm:line-clamp-2 max-sm:whitespace-normal">{it.summary}</span></span>
          {it.trigger && <span className="text-small text-text3 max-sm:hidden">{t("starts a workflow")}</span>}
        </>
      )}
    </Choices>
  );
}

/** What people look for who do not know yet what a node is called. */
function useOtherWords(): Record<string, string> {
  const { t } = useTranslation();
  return {
    "trigger.schedule": t("every day weekday week month hour minute cron timer time clock"),
    "http.request": t("get post put fetch call api url json feed download send"),
    "data.filter": t("keep only where drop sift match"),
    "data.set": t("set change map rename assign value"),
    "code.javascript": t("script function program"),
    "flow.if": t("condition when branch"),
    "flow.loop": t("each batch repeat"),
    "flow.wait": t("delay pause later approve form person"),
    "trigger.error": t("failure alarm tell"),
    "trigger.webhook": t("api address listen endpoint"),
    "workflow.call": t("run execute sub"),
    "webhook.respond": t("reply return"),
  };
}

function rank(it: NamedType, wanted: string): number {
  if (!wanted) return 0;
  const names = [it.title.toLowerCase(), it.english.toLowerCase()];
  return names.some((name) => name.startsWith(wanted)) ? 2 : names[0]?.includes(wanted) ? 1 : 0;
}
