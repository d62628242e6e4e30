// What narrows the list of executions: words, state, workflow and time.
import { useQuery } from "@tanstack/react-query";
import { clsx } from "clsx";
import { useTranslation } from "react-i18next";
import { api, body } from "~/api/client";
import { offeredQuery } from "~/api/lists";
import { Input, NARROWING, Search, Select } from "~/ui/field";
import { WORDS } from "~/ui/state";
import { SPANS, today, type Filters } from "./wanted";
import { STATUSES } from "./words";

interface Props {
  wanted: Filters & { view?: "causes" };
  isByCause: boolean;
  look: (next: Filters & { view?: "causes" }) => void;
}

export function FilterBar({ wanted, isByCause, look }: Props) {
  const { t } = useTranslation();
  return (
    <div className="mb-3 flex flex-wrap gap-2">
      <Search label={t("Search by key, id or error")} className="sm:max-w-72" value={wanted.search ?? ""} onText={(text) => look({ search: text || undefined })} />
      <div className="flex overflow-hidden rounded-control border border-control max-sm:w-full" role="group" aria-label={t("View")}>
        {([[undefined, t("All")], ["causes", t("Failures by cause")]] as const).map(([it, name]) => (
          <button key={name} type="button" aria-pressed={it === wanted.view} onClick={() => look({ view: it, status: undefined })} className={clsx("h-8 flex-1 border-r px-2.5 whitespace-nowrap last:border-r-0 pointer-coarse:h-11", it === wanted.view ? "bg-accent-soft font-medium text-accent-text" : "text-text2 hover:bg-hover")}>{name}</button>
        ))}
      </div>
      {!isByCause && (
        <Select aria-label={t("State")} className={NARROWING} value={wanted.status ?? ""} onChange={(event) => look({ status: event.target.value || undefined })}>
          <option value="">{t("Every state")}</option>
          {STATUSES.map((it) => <option key={it} value={it}>{t(WORDS[it])}</option>)}
        </Select>
      )}
      <OfWorkflow chosen={wanted.workflowId} onChoose={(workflowId) => look({ workflowId })} />
      <When wanted={wanted} look={look} />
    </div>
  );
}

function OfWorkflow({ chosen, onChoose }: { chosen?: string; onChoose: (id: string | undefined) => void }) {
  const { t } = useTranslation();
  const list = useQuery(offeredQuery);
  const rows = list.data?.items ?? [];
  // One beyond those, or that is gone: its executions are there all the same.
  const isElsewhere = Boolean(chosen) && list.isSuccess && !rows.some((it) => it.id === chosen);
  const other = useQuery({ queryKey: ["workflow name", chosen], queryFn: async () => (await body(api.GET("/api/workflows/{id}", { params: { path: { id: chosen ?? "" } } }))).name, enabled: isElsewhere, retry: false });
  return (
    <Select aria-label={t("Workflow")} className={`${NARROWING} sm:max-w-52`} value={chosen ?? ""} onChange={(event) => onChoose(event.target.value || undefined)}>
      <option value="">{t("Every workflow")}</option>
      {chosen && !rows.some((it) => it.id === chosen) && <option value={chosen}>{other.data ?? t("One workflow only")}</option>}
      {rows.map((it) => <option key={it.id} value={it.id}>{it.name}</option>)}
    </Select>
  );
}

function When({ wanted, look }: Pick<Props, "wanted" | "look">) {
  const { t } = useTranslation();
  const names: Record<string, string> = { "1h": t("In the last hour"), "24h": t("In 24 hours"), "7d": t("In 7 days"), "30d": t("In 30 days") };
  const isBetween = Boolean(wanted.from ?? wanted.until);
  const choose = (it: string) => look({ since: it in SPANS ? it : undefined, from: it === "between" ? today() : undefined, until: it === "between" ? today() : undefined });
  return (
    <>
      <Select aria-label={t("Started when")} className={NARROWING} value={isBetween ? "between" : (wanted.since ?? "")} onChange={(event) => choose(event.target.value)}>
        <option value="">{t("At any time")}</option>
        {Object.keys(SPANS).map((it) => <option key={it} value={it}>{names[it]}</option>)}
        <option value="between">{t("Between two days")}</option>
      </Select>
      {isBetween && (
        <span className="flex gap-2 max-sm:w-full">
          <Input type="date" aria-label={t("First day")} className="sm:w-auto!" max={wanted.until} value={wanted.from ?? ""} onChange={(event) => look({ from: event.target.value || undefined })} />
          <Input type="date" aria-label={t("Last day")} className="sm:w-auto!" min={wanted.from} value={wanted.until ?? ""} onChange={(event) => look({ until: event.target.value || undefined })} />
        </span>
      )}
    </>
  );
}
