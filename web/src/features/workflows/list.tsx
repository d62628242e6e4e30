// All workflows: found, sorted, filtered, and what can be done with one or many of them.
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Ellipsis, Plus, Upload } from "lucide-react";
import { useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { useMay } from "~/api/me";
import type { WorkflowRow } from "~/api/types";
import { useCommands } from "~/lib/commands";
import { useTimes } from "~/lib/language";
import { Button, IconButton } from "~/ui/button";
import { Search, Select } from "~/ui/field";
import { Menu, type Entry } from "~/ui/menu";
import { CELL, Empty, Loading, Page, ROW, Table, Trouble } from "~/ui/page";
import { Pages } from "~/ui/pages";
import { ask } from "~/ui/question";
import { say } from "~/ui/toast";
import { ImportDialog, useDroppedFile } from "./importing";
import { useFirstWorkflow, useNewWorkflow } from "./making";

const PAGE_SIZE = 50;
type Wanted = { search?: string; tag?: string; sort?: string; state?: string; page?: number };

export function Workflows() {
  const { t } = useTranslation();
  const may = useMay();
  const wanted = useSearch({ strict: false }) as Wanted;
  const navigate = useNavigate();
  const look = (next: Wanted) => void navigate({ to: "/workflows", search: { ...wanted, page: undefined, ...next }, replace: true });
  const [dropped, setDropped] = useState<string>();
  const [isImporting, setImporting] = useState(false);
  const make = useNewWorkflow();
  const first = useFirstWorkflow();
  useDroppedFile(
    useCallback((text: string) => {
      setDropped(text);
      setImporting(true);
    }, []),
  );
  const list = useQuery({
    queryKey: ["workflows", wanted],
    queryFn: () =>
      body(
        api.GET("/api/workflows", {
          params: {
            query: {
              search: wanted.search || undefined,
              tag: wanted.tag,
              sort: wanted.sort,
              active: wanted.state ? wanted.state === "active" : undefined,
              page: wanted.page,
              pageSize: PAGE_SIZE,
            },
          },
        }),
      ),
    placeholderData: keepPreviousData,
  });
  const openImport = useCallback(() => {
    setDropped(undefined);
    setImporting(true);
  }, []);
  const commands = useMemo(
    () => [
      { id: "new workflow", title: t("New workflow"), group: t("Workflows"), run: () => make.mutate() },
      { id: "import", title: t("Import workflows"), group: t("Workflows"), run: openImport },
    ],
    // `mutate` is stable; the mutation around it is not.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [t, openImport],
  );
  useCommands(commands);
  const isFiltered = Boolean(wanted.search ?? wanted.tag ?? wanted.state);
  const mayWrite = may("workflows.write");
  return (
    <Page
      title={t("Workflows")}
      aside={
        mayWrite && (
          <>
            <Button icon={<Upload size={16} strokeWidth={1.75} />} onClick={openImport}>{t("Import")}</Button>
            <Button look="primary" icon={<Plus size={16} strokeWidth={1.75} />} disabled={make.isPending} onClick={() => make.mutate()}>{t("New workflow")}</Button>
          </>
        )
      }
    >
      <div className="mb-3 flex flex-wrap gap-2">
        <Search label={t("Search by name")} className="max-w-72" defaultValue={wanted.search} onChange={(event) => look({ search: event.target.value || undefined })} />
        <Select aria-label={t("State")} className="w-auto!" value={wanted.state ?? ""} onChange={(event) => look({ state: event.target.value || undefined })}>
          <option value="">{t("Published or not")}</option>
          <option value="active">{t("Published")}</option>
          <option value="draft">{t("Not published")}</option>
        </Select>
        <Select aria-label={t("Order")} className="w-auto!" value={wanted.sort ?? "-updatedAt"} onChange={(event) => look({ sort: event.target.value })}>
          <option value="-updatedAt">{t("Last changed first")}</option>
          <option value="-createdAt">{t("Newest first")}</option>
          <option value="name">{t("By name")}</option>
        </Select>
        {wanted.tag && <Button onClick={() => look({ tag: undefined })}>{t("Tag {{tag}}", { tag: wanted.tag })} ×</Button>}
      </div>
      {list.isPending && <Loading label={t("Reading the workflows")} />}
      {list.isError && <Trouble title={t("The workflows could not be read.")} message={messageOf(list.error)} again={() => void list.refetch()} againLabel={t("Try again")} />}
      {list.data?.total === 0 && isFiltered && (
        <Empty title={t("No workflow fits these filters.")}>
          <Button onClick={() => void navigate({ to: "/workflows", search: {} })}>{t("Clear filters")}</Button>
        </Empty>
      )}
      {list.data?.total === 0 && !isFiltered && (
        <Empty title={t("No workflows yet. Draw one, or drop an n8n export here.")}>
          <Button look="primary" disabled={first.isPending} onClick={() => first.mutate()}>{t("Start with one that runs")}</Button>
          <Button onClick={openImport}>{t("Import")}</Button>
        </Empty>
      )}
      {list.data && list.data.total > 0 && <Rows rows={list.data.items} onTag={(tag) => look({ tag })} />}
      {list.data && <Pages list={list.data} onPage={(page) => look({ page })} labels={[t("Previous"), t("Next")]} />}
      <ImportDialog open={isImporting} onClose={() => setImporting(false)} dropped={dropped} />
    </Page>
  );
}

function Rows({ rows, onTag }: { rows: WorkflowRow[]; onTag: (tag: string) => void }) {
  const { t } = useTranslation();
  const times = useTimes();
  return (
    <Table label={t("Workflows")} head={[t("Name"), t("State"), <span key="tags" className="wide">{t("Tags")}</span>, <span key="at" className="wide">{t("Changed")}</span>, <span key="more" className="sr-only">{t("Actions")}</span>]}>
      {rows.map((it) => (
        <tr key={it.id} className={ROW}>
          <td className={CELL}><Link to="/workflows/$id" params={{ id: it.id }} className="font-medium text-accent-text hover:underline">{it.name}</Link></td>
          <td className={`${CELL} text-text2`}>{it.active ? t("Published") : t("Draft")}</td>
          <td className={`${CELL} max-sm:hidden`}>
            {it.tags.map((tag) => (
              <button key={tag} type="button" className="mr-1 rounded-chip border px-1.5 text-small text-text2 hover:bg-hover" onClick={() => onTag(tag)}>{tag}</button>
            ))}
          </td>
          <td className={`${CELL} text-text2 tabular-nums max-sm:hidden`} title={times.exact(it.updatedAt)}>{times.short(it.updatedAt)}</td>
          <td className="w-8 text-right"><RowMenu row={it} /></td>
        </tr>
      ))}
    </Table>
  );
}

function RowMenu({ row }: { row: WorkflowRow }) {
  const { t } = useTranslation();
  const may = useMay();
  const client = useQueryClient();
  const params = { params: { path: { id: row.id } } };
  const act = useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onSuccess: () => client.invalidateQueries({ queryKey: ["workflows"] }),
    onError: (error) => say(messageOf(error), "error"),
  });
  const publish = row.active
    ? { label: t("Unpublish"), onSelect: () => act.mutate(() => api.POST("/api/workflows/{id}/unpublish", params)) }
    : { label: t("Publish"), onSelect: () => act.mutate(() => api.POST("/api/workflows/{id}/publish", { ...params, body: {} })) };
  const remove = async () => {
    const isSure = await ask(t("Delete the workflow “{{name}}”? Its versions go with it.", { name: row.name }), t("Delete"));
    if (isSure) act.mutate(() => api.DELETE("/api/workflows/{id}", params));
  };
  const entries: Entry[] = [
    ...(may("workflows.publish") ? [publish] : []),
    ...(may("workflows.write") ? [{ label: t("Duplicate"), onSelect: () => act.mutate(() => api.POST("/api/workflows/{id}/duplicate", params)) }] : []),
    { label: t("Export as a file"), onSelect: () => void save(row).catch((error: unknown) => say(messageOf(error), "error")) },
    ...(may("workflows.delete") ? [{ label: t("Delete"), danger: true, onSelect: () => void remove() }] : []),
  ];
  return <Menu entries={entries} trigger={<IconButton label={t("More about {{name}}", { name: row.name })}><Ellipsis size={16} strokeWidth={1.75} /></IconButton>} />;
}

async function save(row: WorkflowRow) {
  const document_ = await body(api.GET("/api/workflows/{id}/export", { params: { path: { id: row.id } } }));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(document_, null, 2)], { type: "application/json" }));
  link.download = `${row.name}.json`;
  link.click();
  URL.revokeObjectURL(link.href);
}
