// All workflows: found, sorted, filtered, and what can be done with one or many of them.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { LayoutTemplate, Plus, Upload } from "lucide-react";
import { useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { useMay } from "~/api/me";
import { useCommands } from "~/lib/commands";
import { Button } from "~/ui/button";
import { NARROWING, Search, Select } from "~/ui/field";
import { Empty, Loading, Page, Trouble } from "~/ui/page";
import { Pages } from "~/ui/pages";
import { ImportDialog, useDroppedFile } from "./importing";
import { useFirstWorkflow, useNewWorkflow } from "./making";
import { Rows } from "./rows";
import { TemplatesDialog } from "./starting";

const PAGE_SIZE = 50;
type Wanted = { search?: string; tag?: string; folder?: string; sort?: string; state?: string; page?: number };

export function Workflows() {
  const { t } = useTranslation();
  const may = useMay();
  const wanted = useSearch({ strict: false }) as Wanted;
  const navigate = useNavigate();
  const look = (next: Wanted) => void navigate({ to: "/workflows", search: { ...wanted, page: undefined, ...next }, replace: true });
  const [dropped, setDropped] = useState<string>();
  const [isImporting, setImporting] = useState(false);
  const [isChoosing, setChoosing] = useState(false);
  // The filters are made anew when all is cleared, with what was typed and is not yet looked for.
  const [nClears, setClears] = useState(0);
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
              folder: wanted.folder,
              sort: wanted.sort,
              active: wanted.state ? wanted.state === "active" : undefined,
              page: wanted.page,
              pageSize: PAGE_SIZE,
            },
          },
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  });
  const openImport = useCallback(() => {
    setDropped(undefined);
    setImporting(true);
  }, []);
  const commands = useMemo(
    () => [
      { id: "new workflow", title: t("New workflow"), group: t("Workflows"), run: () => make.mutate() },
      { id: "template", title: t("Start from a template"), group: t("Workflows"), run: () => setChoosing(true) },
      { id: "import", title: t("Import workflows"), group: t("Workflows"), run: openImport },
    ],
    // `mutate` is stable; the mutation around it is not.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [t, openImport],
  );
  useCommands(commands);
  const isFiltered = Boolean(wanted.search ?? wanted.tag ?? wanted.folder ?? wanted.state);
  return (
    <Page
      title={t("Workflows")}
      wide
      aside={
        may("workflows.write") && (
          <>
            <Button look="quiet" className="max-sm:hidden" icon={<LayoutTemplate size={16} strokeWidth={1.75} />} onClick={() => setChoosing(true)}>{t("Templates")}</Button>
            <Button icon={<Upload size={16} strokeWidth={1.75} />} onClick={openImport}>{t("Import")}</Button>
            <Button look="primary" icon={<Plus size={16} strokeWidth={1.75} />} disabled={make.isPending} onClick={() => make.mutate()}>{t("New workflow")}</Button>
          </>
        )
      }
    >
      <Filters key={nClears} wanted={wanted} look={look} />
      {list.isPending && <Loading label={t("Reading the workflows")} />}
      {list.isError && <Trouble title={t("The workflows could not be read.")} message={messageOf(list.error)} again={() => void list.refetch()} againLabel={t("Try again")} />}
      {list.data?.total === 0 && isFiltered && (
        <Empty title={t("No workflow fits these filters.")}>
          <Button onClick={() => { setClears(nClears + 1); void navigate({ to: "/workflows", search: {} }); }}>{t("Clear filters")}</Button>
        </Empty>
      )}
      {list.data?.total === 0 && !isFiltered && (
        <Empty title={t("No workflows yet. Draw one, or drop an n8n export here.")}>
          <Button look="primary" disabled={first.isPending} onClick={() => first.mutate()}>{t("Start with one that runs")}</Button>
          <Button onClick={() => setChoosing(true)}>{t("Start from a template")}</Button>
          <Button onClick={openImport}>{t("Import")}</Button>
        </Empty>
      )}
      {list.data && list.data.total > 0 && <Rows rows={list.data.items} onTag={(tag) => look({ tag })} onFolder={(folder) => look({ folder })} />}
      {list.data && <Pages list={list.data} onPage={(page) => look({ page })} labels={[t("Previous"), t("Next")]} />}
      {isChoosing && <TemplatesDialog onClose={() => setChoosing(false)} />}
      <ImportDialog open={isImporting} onClose={() => setImporting(false)} dropped={dropped} />
    </Page>
  );
}

function Filters({ wanted, look }: { wanted: Wanted; look: (next: Wanted) => void }) {
  const { t } = useTranslation();
  const groups = useQuery({ queryKey: ["workflows", "groups"], queryFn: () => body(api.GET("/api/workflows/groups")) });
  const { folders = [], tags = [] } = groups.data ?? {};
  return (
    <div className="mb-3 flex flex-wrap gap-2">
      <Search label={t("Search by name")} className="sm:max-w-72" value={wanted.search ?? ""} onText={(text) => look({ search: text || undefined })} />
      <Select aria-label={t("State")} className={NARROWING} value={wanted.state ?? ""} onChange={(event) => look({ state: event.target.value || undefined })}>
        <option value="">{t("Published or not")}</option>
        <option value="active">{t("Published")}</option>
        <option value="draft">{t("Not published")}</option>
      </Select>
      {(folders.length > 0 || wanted.folder) && (
        <Select aria-label={t("Folder")} className={`${NARROWING} sm:max-w-48`} value={wanted.folder ?? ""} onChange={(event) => look({ folder: event.target.value || undefined })}>
          <option value="">{t("All folders")}</option>
          {named(folders, wanted.folder).map((it) => <option key={it.name} value={it.name}>{it.name} ({it.count})</option>)}
        </Select>
      )}
      {(tags.length > 0 || wanted.tag) && (
        <Select aria-label={t("Tag")} className={`${NARROWING} sm:max-w-48`} value={wanted.tag ?? ""} onChange={(event) => look({ tag: event.target.value || undefined })}>
          <option value="">{t("All tags")}</option>
          {named(tags, wanted.tag).map((it) => <option key={it.name} value={it.name}>{it.name} ({it.count})</option>)}
        </Select>
      )}
      <Select aria-label={t("Order")} className={NARROWING} value={wanted.sort ?? "-updatedAt"} onChange={(event) => look({ sort: event.target.value })}>
        <option value="-updatedAt">{t("Last changed first")}</option>
        <option value="-createdAt">{t("Newest first")}</option>
        <option value="name">{t("By name")}</option>
      </Select>
    </div>
  );
}

/** With the chosen one, also where no workflow has it any more. */
const named = (groups: { name: string; count: number }[], chosen?: string) =>
  chosen && !groups.some((it) => it.name === chosen) ? [...groups, { name: chosen, count: 0 }] : groups;
