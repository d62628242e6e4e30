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
  const found = [...types.values()]
    .filter((it) => it.name !== "placeholder" && !(noTriggers && it.trigger))
    .filter((it) => `${it.title} ${it.name} ${it.summary} ${it.english}`.toLowerCase().includes(wanted))
    .sort((a, b) => Number(b.trigger && !wanted) - Number(a.trigger && !wanted) || rank(b, wanted) - rank(a, wanted) || a.title.localeCompare(b.title));
  return (
    <Choices id="node-choices" label={t("Search nodes")} listLabel={t("Nodes")} text={text} onText={setText} found={found} keyOf={(it) => it.name} onChoose={(it) => it && onChoose(it)}>
      {(it) => (
        <>
          <span className="flex size-7 shrink-0 items-center justify-center rounded-control bg-hover text-text2"><NodeIcon name={it.icon} /></span>
          <span className="min-w-0 flex-1"><b className="block font-medium">{it.title}</b><span className="block truncate text-small text-text2">{it.summary}</span></span>
          {it.trigger && <span className="text-small text-text3 max-sm:hidden">{t("starts a workflow")}</span>}
        </>
      )}
    </Choices>
  );
}

function rank(it: NamedType, wanted: string): number {
  if (!wanted) return 0;
  const names = [it.title.toLowerCase(), it.english.toLowerCase()];
  return names.some((name) => name.startsWith(wanted)) ? 2 : names[0]?.includes(wanted) ? 1 : 0;
}
