// All executions, newest first, with what is new told but not pushed between the rows.
import { keepPreviousData, useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { listen } from "~/api/events";
import type { Schemas, Status } from "~/api/types";
import { Button } from "~/ui/button";
import { Empty, Loading, Page, Trouble } from "~/ui/page";
import { Pages } from "~/ui/pages";
import { Causes } from "./causing";
import { FilterBar } from "./filters";
import { RunTable } from "./table";
import { spanOf, type Filters } from "./wanted";

type Wanted = Filters & { page?: number; view?: "causes" };
const PAGE_SIZE = 50;

export function Runs() {
  const { t } = useTranslation();
  const wanted = useSearch({ strict: false }) as Wanted;
  const navigate = useNavigate();
  const look = (next: Wanted) => void navigate({ to: "/executions", search: { ...wanted, page: undefined, ...next }, replace: true });
  const list = useQuery({
    queryKey: ["executions", wanted],
    queryFn: () =>
      body(
        api.GET("/api/executions", {
          params: {
            query: { status: wanted.status as Status | undefined, workflowId: wanted.workflowId, search: wanted.search || undefined, ...spanOf(wanted), page: wanted.page, pageSize: PAGE_SIZE },
          },
        }),
      ),
    placeholderData: keepPreviousData,
  });
  const { nNew, clear } = useLive(list.data);
  // Made anew when all is cleared, with what was typed and is not yet looked for.
  const [nClears, setClears] = useState(0);
  const clearFilters = () => {
    setClears(nClears + 1);
    void navigate({ to: "/executions", search: {} });
  };
  const isByCause = wanted.view === "causes";
  const isFiltered = Boolean(wanted.status ?? wanted.workflowId ?? wanted.search ?? wanted.since ?? wanted.from ?? wanted.until);
  const showNew = () => {
    clear();
    void list.refetch();
  };
  return (
    <Page title={t("Executions")} aside={nNew > 0 && <Button onClick={showNew}>{t("{{count}} new", { count: nNew })}</Button>}>
      <FilterBar key={nClears} wanted={wanted} isByCause={isByCause} look={look} />
      {isByCause ? <Causes wanted={wanted} /> : <List list={list} isFiltered={isFiltered} onClear={clearFilters} onPage={(page) => look({ page })} />}
    </Page>
  );
}

function List({ list, isFiltered, onClear, onPage }: { list: UseQueryResult<Schemas["List_Execution"]>; isFiltered: boolean; onClear: () => void; onPage: (page: number) => void }) {
  const { t } = useTranslation();
  return (
    <>
      {list.isPending && <Loading label={t("Reading the executions")} />}
      {list.isError && <Trouble title={t("The executions could not be read.")} message={messageOf(list.error)} again={() => void list.refetch()} againLabel={t("Try again")} />}
      {list.data?.total === 0 && (
        <Empty title={isFiltered ? t("No execution fits these filters.") : t("Nothing has run yet. Open a workflow and press Run.")}>
          {isFiltered ? (
            <Button onClick={onClear}>{t("Clear filters")}</Button>
          ) : (
            <Link to="/workflows" className="font-medium text-accent-text underline">{t("Go to Workflows")}</Link>
          )}
        </Empty>
      )}
      {list.data && list.data.total > 0 && <RunTable rows={list.data.items} />}
      {list.data && <Pages list={list.data} onPage={onPage} labels={[t("Previous"), t("Next")]} />}
    </>
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
