// Before a draft goes live: what is wrong with it, what one should know, and what changes.
import { useMutation, useQuery } from "@tanstack/react-query";
import { CircleAlert, TriangleAlert } from "lucide-react";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { api, body, Failure, messageOf } from "~/api/client";
import type { Schemas, StoredWorkflow } from "~/api/types";
import { useLive } from "~/features/publishing";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { TextField } from "~/ui/field";
import { Loading, Trouble } from "~/ui/page";
import { nodeOfFault } from "../model/checks";
import type { Doc } from "../model/document";
import { differenceOf } from "../model/difference";
import type { useSaving } from "../saving";
import { Changes } from "./changes";
import { useAdviceWords, useFaultWords } from "./words";

interface Props {
  stored: StoredWorkflow;
  doc: Doc;
  saving: ReturnType<typeof useSaving>;
  onClose: () => void;
  /** Leads to a node of the draft. */
  onShow: (node: string) => void;
}

export function PublishDialog({ stored, doc, saving, onClose, onShow }: Props) {
  const { t } = useTranslation();
  const live = useLive(stored);
  const [note, setNote] = useState("");
  const path = { id: stored.id };
  const checks = useQuery({
    // The draft may change under it, by others or by a step back: what is looked at is what is there now.
    queryKey: ["publish", stored.id, doc],
    queryFn: async () => {
      await saving.save();
      const revision = saving.revision();
      const [checked, diff] = await Promise.all([body(api.POST("/api/workflows/validate", { body: doc })), stored.active ? changesOf(stored.id) : undefined]);
      return { revision, checked, diff: diff && differenceOf(doc, diff) };
    },
    gcTime: 0,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    retry: false,
  });
  const publish = useMutation({
    // What was looked at is what goes live: a change by somebody else in between is refused.
    mutationFn: (revision: number) => body(api.POST("/api/workflows/{id}/publish", { params: { path, header: { "If-Match": `"${revision}"` } }, body: { note } })),
    onSuccess: (made) => {
      onClose();
      live.wentLive(made);
    },
  });
  const found = checks.data;
  return (
    <Dialog open onClose={onClose} wide title={t("Publish")} closeLabel={t("Close")}>
      {checks.isPending && <Loading label={t("Looking at the draft")} rows={4} />}
      {checks.isError && <Trouble title={t("The draft could not be looked at.")} message={messageOf(checks.error)} again={() => void checks.refetch()} againLabel={t("Try again")} />}
      {found && (
        <form
          className="flex flex-col gap-5"
          onSubmit={(event) => {
            event.preventDefault();
            publish.mutate(found.revision);
          }}
        >
          <Remarks doc={doc} faults={found.checked.faults} advice={found.checked.advice} onShow={onShow} />
          <Changes difference={found.diff} onShow={onShow} />
          <TextField label={t("What changed, for people")} value={note} maxLength={500} onValue={setNote} />
          {publish.isError && <p role="alert" className="break-words text-err">{messageOf(publish.error)}</p>}
          <div className="flex justify-end gap-2">
            <Button onClick={onClose}>{t("Cancel")}</Button>
            <Button type="submit" look="primary" disabled={publish.isPending || !found.checked.valid}>{t("Publish now")}</Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}

/** Nothing when there is no published version to compare with. */
async function changesOf(id: string) {
  try {
    return (await body(api.GET("/api/workflows/{id}/diff", { params: { path: { id } } }))).changes;
  } catch (error) {
    if (error instanceof Failure && error.code === "workflow_not_published") return undefined;
    throw error;
  }
}

function Remarks({ doc, faults, advice, onShow }: { doc: Doc; faults: Schemas["DocumentFault"][]; advice: Schemas["Advice"][]; onShow: Props["onShow"] }) {
  const { t } = useTranslation();
  const words = useAdviceWords(advice);
  const said = useFaultWords();
  if (!faults.length && !advice.length) return <p className="text-ok">{t("Nothing is missing, and every node can run.")}</p>;
  return (
    <>
      {faults.length > 0 && (
        <Section title={t("To be mended first")}>
          {faults.map((it, n) => <Remark key={n} icon={<CircleAlert size={16} strokeWidth={1.75} className="mt-0.5 shrink-0 text-err" aria-hidden />} node={nodeOfFault(doc, it.path)} text={said(it)} onShow={onShow} />)}
        </Section>
      )}
      {advice.length > 0 && (
        <Section title={t("Good to know")}>
          {advice.map((it, n) => <Remark key={n} icon={<TriangleAlert size={16} strokeWidth={1.75} className="mt-0.5 shrink-0 text-wait" aria-hidden />} node={it.node ?? undefined} text={words(it)} onShow={onShow} />)}
        </Section>
      )}
    </>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h3 className="mb-1 font-semibold">{title}</h3>
      <ul className="rounded-card border">{children}</ul>
    </section>
  );
}

function Remark({ icon, node, text, onShow }: { icon: ReactNode; node?: string; text: string; onShow: Props["onShow"] }) {
  const { t } = useTranslation();
  return (
    <li className="flex items-start gap-2 border-b px-3 py-2 last:border-b-0">
      {icon}
      <span className="min-w-0 flex-1 break-words">{node && <b className="font-semibold">{node}: </b>}{text}</span>
      {node && <Button small aria-label={t("Show {{node}}", { node })} onClick={() => onShow(node)}>{t("Show")}</Button>}
    </li>
  );
}
