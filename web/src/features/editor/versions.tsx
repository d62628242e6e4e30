// What was published: each version with its note, compared with the draft, and taken back into it.
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import type { Schemas, StoredWorkflow } from "~/api/types";
import { useLive } from "~/features/publishing";
import { useTimes } from "~/lib/language";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { Loading, Trouble } from "~/ui/page";
import { say } from "~/ui/toast";
import { differenceOf } from "./model/difference";
import type { Doc } from "./model/document";
import { Changes } from "./publish/changes";
import type { useSaving } from "./saving";

type Row = Schemas["VersionRow"];

interface Props {
  stored: StoredWorkflow;
  doc: Doc;
  saving: ReturnType<typeof useSaving>;
  mayWrite: boolean;
  mayPublish: boolean;
  /** Makes a version the draft, as a change that can be undone. */
  onRestore: (document: Doc) => void;
  onUndo: () => void;
  onShow: (node: string) => void;
  onClose: () => void;
}

export function VersionsDialog(props: Props) {
  const { t } = useTranslation();
  const { stored, onClose } = props;
  const [compared, setCompared] = useState<Row>();
  const list = useQuery({ queryKey: ["versions", stored.id], queryFn: () => body(api.GET("/api/workflows/{id}/versions", { params: { path: { id: stored.id }, query: { pageSize: 100 } } })) });
  const title = compared ? t("Version {{number}} and the draft", { number: compared.number }) : t("Versions");
  return (
    <Dialog open onClose={onClose} title={title} closeLabel={t("Close")} wide>
      {list.isPending && <Loading label={t("Reading the versions")} rows={3} />}
      {list.isError && <Trouble title={t("The versions could not be read.")} message={messageOf(list.error)} again={() => void list.refetch()} againLabel={t("Try again")} />}
      {list.data?.total === 0 && <p className="text-text2">{t("Nothing is published yet.")}</p>}
      {compared ? <Compared {...props} version={compared} onBack={() => setCompared(undefined)} /> : <ul>{list.data?.items.map((it) => <One key={it.id} {...props} version={it} onCompare={() => setCompared(it)} />)}</ul>}
    </Dialog>
  );
}

function One({ version, stored, mayPublish, onCompare, ...rest }: Props & { version: Row; onCompare: () => void }) {
  const { t } = useTranslation();
  const times = useTimes();
  const isLive = stored.active && stored.publishedVersion === version.id;
  const { again, stop } = useLive(stored);
  return (
    <li className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 border-b py-2">
      <div className="min-w-0 flex-1 basis-52">
        <b className="font-semibold">{t("Version {{number}}", { number: version.number })}</b>
        {isLive && <span className="ml-2 rounded-chip bg-accent-soft px-1.5 py-0.5 text-small text-accent-text">{t("runs now")}</span>}
        <span className="ml-2 text-text2 tabular-nums" title={times.exact(version.createdAt)}>{times.short(version.createdAt)}</span>
        {version.note && <span className="block break-words text-text2">{version.note}</span>}
      </div>
      {isLive && mayPublish && <Button small disabled={stop.isPending} onClick={() => stop.mutate()}>{t("Unpublish")}</Button>}
      {!isLive && mayPublish && <Button small disabled={again.isPending} onClick={() => again.mutate(version.id)}>{t("Publish again")}</Button>}
      <Button small onClick={onCompare}>{t("Compare with the draft")}</Button>
      {rest.mayWrite && <Restore {...rest} stored={stored} version={version} />}
    </li>
  );
}

function Compared({ version, stored, doc, saving, onShow, onClose, onBack, ...rest }: Props & { version: Row; onBack: () => void }) {
  const { t } = useTranslation();
  const found = useQuery({
    queryKey: ["compared", stored.id, version.id, doc],
    queryFn: async () => {
      await saving.save();
      const diff = await body(api.GET("/api/workflows/{id}/diff", { params: { path: { id: stored.id }, query: { from: version.id, to: "draft" } } }));
      return differenceOf(doc, diff.changes);
    },
    gcTime: 0,
    staleTime: Infinity,
    retry: false,
  });
  const show = (node: string) => {
    onClose();
    onShow(node);
  };
  return (
    <div className="flex flex-col gap-4">
      {found.isPending && <Loading label={t("Comparing")} rows={3} />}
      {found.isError && <Trouble title={t("They could not be compared.")} message={messageOf(found.error)} again={() => void found.refetch()} againLabel={t("Try again")} />}
      {found.data && <Changes difference={found.data} onShow={show} />}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onBack}>{t("All versions")}</Button>
        {rest.mayWrite && <Restore {...rest} stored={stored} version={version} onClose={onClose} />}
      </div>
    </div>
  );
}

function Restore({ stored, version, onRestore, onUndo, onClose }: Pick<Props, "stored" | "onRestore" | "onUndo" | "onClose"> & { version: Row }) {
  const { t } = useTranslation();
  const restore = useMutation({
    mutationFn: () => body(api.GET("/api/workflows/{id}/versions/{version}", { params: { path: { id: stored.id, version: version.id } } })),
    onSuccess: ({ document }) => {
      onRestore(document);
      onClose();
      say(t("Version {{number}} is the draft now.", { number: version.number }), "note", { label: t("Undo"), run: onUndo });
    },
    onError: (error) => say(messageOf(error), "error"),
  });
  return <Button small disabled={restore.isPending} onClick={() => restore.mutate()}>{t("Make it the draft")}</Button>;
}
