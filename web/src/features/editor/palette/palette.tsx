// The search for a node to add.
import { clsx } from "clsx";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { NodeTypeRow } from "~/api/types";
import { NodeIcon, type NodeTypes } from "~/features/graph";
import { Dialog } from "~/ui/dialog";
import { Input } from "~/ui/field";

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
      {open && <Choices types={types} noTriggers={noTriggers} onChoose={onChoose} />}
    </Dialog>
  );
}

function Choices({ types, noTriggers, onChoose }: Pick<Props, "types" | "noTriggers" | "onChoose">) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const wanted = text.toLowerCase();
  const found = [...types.values()]
    .filter((it) => it.name !== "placeholder" && !(noTriggers && it.trigger))
    .filter((it) => `${it.title} ${it.name} ${it.summary}`.toLowerCase().includes(wanted))
    .sort((a, b) => Number(b.trigger && !wanted) - Number(a.trigger && !wanted) || rank(b, wanted) - rank(a, wanted) || a.title.localeCompare(b.title));
  const chosen = Math.min(at, found.length - 1);
  return (
    <div className="flex flex-col gap-2">
      <Input
        autoFocus
        role="combobox"
        aria-expanded
        aria-controls="node-choices"
        aria-activedescendant={found[chosen] && `choice-${chosen}`}
        aria-label={t("Search nodes")}
        placeholder={t("Search nodes")}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
          if (step) {
            event.preventDefault();
            setAt(Math.max(0, Math.min(found.length - 1, chosen + step)));
          }
          const it = found[chosen];
          if (event.key === "Enter" && it) onChoose(it);
        }}
      />
      <ul id="node-choices" role="listbox" aria-label={t("Nodes")} className="max-h-[50vh] overflow-auto">
        {found.map((it, n) => (
          <li key={it.name} id={`choice-${n}`} role="option" aria-selected={n === chosen} onMouseMove={() => setAt(n)} onClick={() => onChoose(it)} className={clsx("flex cursor-pointer items-center gap-3 rounded-control px-2 py-1.5", n === chosen && "bg-accent-soft")}>
            <span className="flex size-7 shrink-0 items-center justify-center rounded-control bg-hover text-text2"><NodeIcon name={it.icon} /></span>
            <span className="min-w-0 flex-1"><b className="block font-medium">{it.title}</b><span className="block truncate text-small text-text2">{it.summary}</span></span>
            {it.trigger && <span className="text-small text-text3">{t("starts a workflow")}</span>}
          </li>
        ))}
      </ul>
      {!found.length && <p className="px-2 text-text2">{t("Nothing is called like this.")}</p>}
    </div>
  );
}

const rank = (it: NodeTypeRow, wanted: string) => (wanted && it.title.toLowerCase().startsWith(wanted) ? 2 : wanted && it.title.toLowerCase().includes(wanted) ? 1 : 0);
