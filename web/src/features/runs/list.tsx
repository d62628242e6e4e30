// All executions, newest first, with what is new told but not pushed between the rows.
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { listen } from "~/api/events";
import type { Execution, Schemas, Status } from "~/api/types";
import { useTimes } from "~/lib/language";
import { took } from "~/lib/time";
import { Button } from "~/ui/button";
import { Search, Select } from "~/ui/field";
import { CELL, Empty, Loading, Page, ROW, Table, Trouble } from "~/ui/page";
import { Pages } from "~/ui/pages";
import { StateMark, WORDS } from "~/ui/state";
import { stateOf, STATUSES, useRunWords } from "./words";

type Wanted = { status?: string; workflowId?: string; search?: string; page?: number };
const PAGE_SIZE = 50;

export function Runs() {
  const { t } = useTranslation();
  const wanted = useSearch({ strict: false }) as Wanted;
  const navigate = useNavigate();
  const look = (next: Wanted) => void navigate({ to: "/executions", search: { ...wanted, page: undefined, ...next }, replace: true });
  const query = {
    status: wanted.status as Status | undefined,
    workflowId: wanted.workflowId,
    search: wanted.search || undefined,
    page: wanted.page,
    pageSize: PAGE_SIZE,
  };
  const list = useQuery({
    queryKey: ["executions", wanted],
    queryFn: () => body(api.GET("/api/executions", { params: { query } })),
    placeholderData: keepPreviousData,
  });
  const { nNew, clear } = useLive(list.data);
  const isFiltered = Boolean(wanted.status ?? wanted.workflowId ?? wanted.search);
  const showNew = () => {
    clear();
    void list.refetch();
  };
  return (
    <Page title={t("Executions")} aside={nNew > 0 && <Button onClick={showNew}>{t("{{count}} new", { count: nNew })}</Button>}>
      <div className="mb-3 flex flex-wrap gap-2">
        <Search label={t("Search by key, id or error")} className="max-w-72" defaultValue={wanted.search} onChange={(event) => look({ search: event.target.value || undefined })} />
        <Select aria-label={t("State")} className="w-auto!" value={wanted.status ?? ""} onChange={(event) => look({ status: event.target.value || undefined })}>
          <option value="">{t("Every state")}</option>
          {STATUSES.map((it) => <option key={it} value={it}>{t(WORDS[it])}</option>)}
        </Select>
        {wanted.workflowId && <Button onClick={() => look({ workflowId: undefined })}>{t("One workflow only")} ×</Button>}
      </div>
      {list.isPending && <Loading label={t("Reading the executions")} />}
      {list.isError && <Trouble title={t("The executions could not be read.")} message={messageOf(list.error)} again={() => void list.refetch()} againLabel={t("Try again")} />}
      {list.data?.total === 0 && (
        <Empty title={isFiltered ? t("No execution fits these filters.") : t("Nothing has run yet. Open a workflow and press Run.")}>
          {isFiltered ? (
            <Button onClick={() => void navigate({ to: "/executions", search: {} })}>{t("Clear filters")}</Button>
          ) : (
            <Link to="/workflows" className="font-medium text-accent-text underline">{t("Go to Workflows")}</Link>
          )}
        </Empty>
      )}
      {list.data && list.data.total > 0 && <RunTable rows={list.data.items} />}
      {list.data && <Pages list={list.data} onPage={(page) => look({ page })} labels={[t("Previous"), t("Next")]} />}
    </Page>
  );
}

export function RunTable({ rows }: { rows: Execution[] }) {
  const { t } = useTranslation();
  const times = useTimes();
  const words = useRunWords();
  return (
    <Table label={t("Executions")} head={[t("State"), t("Workflow"), <span key="key" className="wide">{t("Key")}</span>, t("Started"), <span key="took" className="wide">{t("Took")}</span>, <span key="how" className="wide">{t("Started how")}</span>]}>
      {rows.map((it) => (
        <tr key={it.id} className={ROW}>
          <td className={CELL} title={it.errorMessage ?? undefined}>
            <Link to="/executions/$id" params={{ id: it.id }} className="hover:underline"><StateMark state={stateOf(it)} word={words.state(it)} /></Link>
          </td>
          <td className={CELL}><Link to="/executions/$id" params={{ id: it.id }} className="font-medium text-accent-text hover:underline">{it.workflowName ?? it.workflowId}</Link></td>
          <td className={`${CELL} text-text2 max-sm:hidden`}>{it.businessKey}</td>
          <td className={`${CELL} text-text2 tabular-nums`} title={times.exact(it.startedAt)}>{times.short(it.startedAt)}</td>
          <td className={`${CELL} text-text2 tabular-nums max-sm:hidden`}>{took(it.durationMs)}</td>
          <td className={`${CELL} text-text2 max-sm:hidden`}>{words.mode(it.mode)}</td>
        </tr>
      ))}
    </Table>
  );
}

/** Rows that are shown change in place; executions that are not shown are counted. */
function useLive(list: Schemas["List_Execution"] | undefined) {
  const client = useQueryClient();
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  useEffect(
    () =>
      listen("/api/executions/events", {
        onEvent: (event) => {
          const shown = list?.items.some((it) => it.id === event.executionId);
          if (!shown && event.kind === "started") setFresh((now) => new Set(now).add(event.executionId));
          if (!shown || event.kind === "stepStarted" || event.kind === "stepFinished") return;
          client.setQueriesData<Schemas["List_Execution"]>({ queryKey: ["executions"] }, (old) =>
            old?.items && {
              ...old,
              items: old.items.map((it) =>
                it.id === event.executionId
                  ? { ...it, status: event.status ?? (event.kind === "waiting" ? "waiting" : "running"), waitingFor: event.waitingFor, durationMs: event.durationMs ?? it.durationMs }
                  : it,
              ),
            },
          );
        },
        onGap: () => void client.invalidateQueries({ queryKey: ["executions"] }),
      }),
    [client, list],
  );
  return { nNew: fresh.size, clear: () => setFresh(new Set()) };
}
