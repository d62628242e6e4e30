// The rows of the list of workflows: how each did, when it runs next, and what can be done with it.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Ellipsis } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { useMay } from "~/api/me";
import type { WorkflowRow } from "~/api/types";
import { useLive } from "~/features/publishing";
import { RestrictedMark, ShareDialog } from "~/features/sharing";
import { download, jsonOf } from "~/lib/download";
import { useTimes } from "~/lib/language";
import { IconButton } from "~/ui/button";
import { Menu, type Entry } from "~/ui/menu";
import { CELL, ROW, Table } from "~/ui/page";
import { ask } from "~/ui/question";
import { StateIcon, StateMark, WORDS } from "~/ui/state";
import { say } from "~/ui/toast";
import { Bulk } from "./bulk";
import { Sorting } from "./sorting";

interface Props {
  rows: WorkflowRow[];
  onTag: (tag: string) => void;
  onFolder: (folder: string) => void;
}

const CHIP = "rounded-chip border px-1.5 text-small text-text2 hover:bg-hover";

export function Rows({ rows, onTag, onFolder }: Props) {
  const { t } = useTranslation();
  const times = useTimes();
  const may = useMay();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const these = rows.filter((it) => chosen.has(it.id));
  const choose = (id: string, is: boolean) => {
    const next = new Set(chosen);
    if (is) next.add(id);
    else next.delete(id);
    setChosen(next);
  };
  const mayChange = may("workflows.write") || may("workflows.publish") || may("workflows.delete");
  const all = (
    <input type="checkbox" aria-label={t("Choose all")} className="block size-4 accent-[var(--accent)]" checked={these.length === rows.length} onChange={(event) => setChosen(new Set(event.target.checked ? rows.map((it) => it.id) : []))} />
  );
  const wide = (text: string) => <span key={text} className="wide">{text}</span>;
  return (
    <>
      {these.length > 0 && <Bulk rows={these} onDone={() => setChosen(new Set())} />}
      <Table label={t("Workflows")} head={[...(mayChange ? [all] : []), t("Name"), t("State"), wide(t("Last run")), wide(t("In a week")), wide(t("Next run")), wide(t("Changed")), <span key="more" className="sr-only">{t("Actions")}</span>]}>
        {rows.map((it) => (
          <tr key={it.id} className={ROW}>
            {mayChange && (
              <td className="w-8 pr-2">
                <input type="checkbox" aria-label={t("Choose {{name}}", { name: it.name })} className="block size-4 accent-[var(--accent)]" checked={chosen.has(it.id)} onChange={(event) => choose(it.id, event.target.checked)} />
              </td>
            )}
            <td className={CELL}>
              {it.restricted && <RestrictedMark isShort className="mr-1 sm:hidden" />}
              <Link to="/workflows/$id" params={{ id: it.id }} className="mr-2 font-medium text-accent-text hover:underline">{it.name}</Link>
              {it.restricted && <RestrictedMark className="mr-2 max-sm:hidden" />}
              <span className="inline-flex gap-1 max-sm:hidden">
                {it.folder && <button type="button" title={t("Folder")} className={`${CHIP} bg-hover`} onClick={() => onFolder(it.folder ?? "")}>{it.folder}</button>}
                {it.tags.map((tag) => <button key={tag} type="button" title={t("Tag")} className={CHIP} onClick={() => onTag(tag)}>{tag}</button>)}
              </span>
            </td>
            <td className={`${CELL} text-text2`}>
              <span className="inline-flex items-center gap-2">
                {it.active ? t("Published") : t("Draft")}
                {it.lastRun && <span role="img" aria-label={t("Last run: {{state}}", { state: t(WORDS[it.lastRun.status]) })} className="sm:hidden"><StateIcon state={it.lastRun.status} /></span>}
              </span>
            </td>
            <td className={`${CELL} max-sm:hidden`}>
              {it.lastRun && (
                <Link to="/executions/$id" params={{ id: it.lastRun.executionId }} className="inline-flex items-center gap-2 hover:underline" title={times.exact(it.lastRun.endedAt)}>
                  <StateMark state={it.lastRun.status} word={t(WORDS[it.lastRun.status])} />
                  <span className="text-text3 tabular-nums">{times.short(it.lastRun.endedAt)}</span>
                </Link>
              )}
            </td>
            <td className={`${CELL} tabular-nums max-sm:hidden`}><Week {...it.week} /></td>
            <td className={`${CELL} text-text2 tabular-nums max-sm:hidden`} title={it.nextRunAt ? times.exact(it.nextRunAt) : undefined}>{it.nextRunAt && times.short(it.nextRunAt)}</td>
            <td className={`${CELL} text-text2 tabular-nums max-sm:hidden`} title={times.exact(it.updatedAt)}>{times.short(it.updatedAt)}</td>
            <td className="w-8 text-right"><RowMenu row={it} /></td>
          </tr>
        ))}
      </Table>
    </>
  );
}

/** Runs of a week: a bar of which a part failed, and both numbers in words. What went well has no colour. */
function Week({ total, failed }: { total: number; failed: number }) {
  const { t } = useTranslation();
  if (total === 0) return null;
  return (
    <span className="inline-flex items-center gap-2">
      <span aria-hidden className="flex h-2 w-12 overflow-hidden rounded-chip bg-off-soft">
        <span className="bg-wire" style={{ width: `${((total - failed) / total) * 100}%` }} />
        <span className="bg-err" style={{ width: `${(failed / total) * 100}%` }} />
      </span>
      <span className={failed ? "text-err" : "text-text2"}>{failed ? t("{{failed}} of {{total}} failed", { failed, total }) : total}</span>
    </span>
  );
}

function RowMenu({ row }: { row: WorkflowRow }) {
  const { t } = useTranslation();
  const may = useMay();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [isSorting, setSorting] = useState(false);
  const [isSharing, setSharing] = useState(false);
  const params = { params: { path: { id: row.id } } };
  const act = useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onSuccess: () => client.invalidateQueries({ queryKey: ["workflows"] }),
    onError: (error) => say(messageOf(error), "error"),
  });
  const live = useLive(row);
  const publish = row.active ? { label: t("Unpublish"), onSelect: () => live.stop.mutate() } : { label: t("Publish"), onSelect: () => live.draft.mutate() };
  const remove = async () => {
    const isSure = await ask(t("Delete the workflow “{{name}}”? Its versions go with it.", { name: row.name }), t("Delete"));
    if (isSure) act.mutate(() => api.DELETE("/api/workflows/{id}", params));
  };
  const entries: Entry[] = [
    { label: t("See its executions"), onSelect: () => void navigate({ to: "/executions", search: { workflowId: row.id } }) },
    ...(may("workflows.publish") ? [publish] : []),
    ...(may("workflows.write")
      ? [
          { label: t("Folder and tags"), onSelect: () => setSorting(true) },
          { label: t("Duplicate"), onSelect: () => act.mutate(() => api.POST("/api/workflows/{id}/duplicate", params)) },
        ]
      : []),
    { label: t("Share"), onSelect: () => setSharing(true) },
    { label: t("Export as a file"), onSelect: () => void save(row).catch((error: unknown) => say(messageOf(error), "error")) },
    ...(may("workflows.delete") ? [{ label: t("Delete"), danger: true, onSelect: () => void remove() }] : []),
  ];
  return (
    <>
      <Menu entries={entries} trigger={<IconButton label={t("More about {{name}}", { name: row.name })}><Ellipsis size={16} strokeWidth={1.75} /></IconButton>} />
      {isSorting && <Sorting rows={[row]} onClose={() => setSorting(false)} />}
      {isSharing && <ShareDialog thing="workflow" id={row.id} name={row.name} onClose={() => setSharing(false)} />}
    </>
  );
}

async function save(row: WorkflowRow) {
  const document_ = await body(api.GET("/api/workflows/{id}/export", { params: { path: { id: row.id } } }));
  download(jsonOf(document_), `${row.name}.json`);
}
