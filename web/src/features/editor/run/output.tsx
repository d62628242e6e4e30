// What a node gave, and the items that are pinned in its place.
import { useMutation } from "@tanstack/react-query";
import { Pencil, Pin, PinOff } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { messageOf } from "~/api/client";
import type { Item, Node, Step } from "~/api/types";
import { usePorts } from "~/features/graph";
import { Items } from "~/features/items";
import { faultWords } from "~/lib/faults";
import { useTimes } from "~/lib/language";
import { took } from "~/lib/time";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { Area, Field, Said } from "~/ui/field";
import { say } from "~/ui/toast";
import { pin } from "../commands/pin";
import { type Change, type Doc } from "../model/document";
import { itemsFrom, textOf } from "../model/pinned";
import { givenBy, nameIn, PINNED_MAX, type Recorded } from "./record";

interface Props {
  doc: Doc;
  node: Node;
  record?: Recorded;
  mayWrite: boolean;
  onChange: (change: Change) => void;
}

export const stepOf = (record: Recorded | undefined, node: string): Step | undefined => record?.steps.items.filter((it) => it.node === node).at(-1);

export function Output({ doc, node, record, mayWrite, onChange }: Props) {
  const { t } = useTranslation();
  const times = useTimes();
  const [isEditing, setEditing] = useState(false);
  const step = stepOf(record, node.name);
  const named = usePorts(doc).get(node.name)?.outputs ?? [];
  const pinned = doc.pinnedData?.[node.name];
  const set = (items: Item[] | undefined) => onChange(pin(node.name, items));
  const keep = useMutation({
    mutationFn: (it: { id: string; name: string; step: Step }) => givenBy(it.id, it.name, it.step.run),
    onSuccess: (items) => {
      set(items);
      if ((step?.outputs[0]?.total ?? 0) > items.length) say(t("The first {{count}} items are pinned.", { count: PINNED_MAX }));
    },
    onError: (error) => say(messageOf(error), "error"),
  });
  return (
    <>
      {pinned && (
        <div className="flex flex-col gap-2 rounded-card border border-pin p-3">
          <Items title={t("Pinned")} items={pinned} total={pinned.length} />
          <p className="text-small text-text3">{t("Test runs take these items and do not run the node. What is published runs it.")}</p>
        </div>
      )}
      {step?.error && <p role="alert" className="rounded-card bg-err-soft px-3 py-2 break-words text-err"><Said text={faultWords(step.error.message)} /></p>}
      {step ? (
        step.outputs.map((it, n) => <Items key={n} title={step.outputs.length > 1 ? named[n]?.name || t("Output {{n}}", { n: n + 1 }) : t("Output")} items={it.items} total={it.total} source={record && { executionId: record.id, node: nameIn(record, node.name), run: step.run, output: n }} />)
      ) : (
        !pinned && <p className="text-text2">{t("Run the workflow to see its output.")}</p>
      )}
      {step && record && <p className="text-small text-text3" title={times.exact(step.startedAt)}>{t("{{when}}, took {{time}}", { when: times.short(step.startedAt), time: took(step.durationMs) })}</p>}
      {mayWrite && (
        <div className="flex flex-wrap gap-2">
          {step && record && !step.error && step.outputs[0] && <Button small icon={<Pin size={14} strokeWidth={1.9} />} disabled={keep.isPending} onClick={() => keep.mutate({ id: record.id, name: nameIn(record, node.name), step })}>{pinned ? t("Pin this output instead") : t("Pin this output")}</Button>}
          <Button small icon={<Pencil size={14} strokeWidth={1.9} />} onClick={() => setEditing(true)}>{pinned ? t("Edit the pinned items") : t("Pin items of my own")}</Button>
          {pinned && <Button small icon={<PinOff size={14} strokeWidth={1.9} />} onClick={() => set(undefined)}>{t("Unpin")}</Button>}
        </div>
      )}
      {isEditing && <Editing node={node.name} before={pinned ?? step?.outputs[0]?.items ?? [{ json: {} } as Item]} onClose={() => setEditing(false)} onSave={set} />}
    </>
  );
}

function Editing({ node, before, onClose, onSave }: { node: string; before: Item[]; onClose: () => void; onSave: (items: Item[]) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(() => textOf(before));
  const items = itemsFrom(text, before);
  const isTooMany = (items?.length ?? 0) > PINNED_MAX;
  const fault = !items ? t("This is no list of JSON objects.") : isTooMany ? t("At most {{count}} items can be pinned.", { count: PINNED_MAX }) : undefined;
  return (
    <Dialog open onClose={onClose} wide title={t("Pinned items of {{node}}", { node })} about={t("Each object of the list is the JSON of one item.")} closeLabel={t("Close")}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          event.stopPropagation();
          if (!items || fault) return;
          onSave(items);
          onClose();
        }}
      >
        <Field label={t("Items")} fault={fault} hint={items && t("{{count}} items", { count: items.length })}>
          {(ids) => <Area {...ids} spellCheck={false} className="min-h-72 font-mono text-small" value={text} onChange={(event) => setText(event.target.value)} />}
        </Field>
        <Button type="submit" look="primary" disabled={Boolean(fault)}>{t("Pin")}</Button>
      </form>
    </Dialog>
  );
}
