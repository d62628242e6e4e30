// All plans side by side: a line for each limit, a column for each plan.
import { clsx } from "clsx";
import { useTranslation } from "react-i18next";
import type { PlanLimitName as Limit, Schemas } from "~/api/types";
import { useWords } from "~/api/words";
import { ROW } from "~/ui/page";
import { useLimitWords } from "./limits";
import { LIMITS } from "./own-limits";

/** The names of limits stay in view where the plans need more room than there is. */
const NAME = "sticky left-0 min-w-28 bg-surface py-1.5 pr-4 text-left align-baseline font-normal [tr:hover>&]:bg-hover";
const CELL = "h-9 min-w-16 px-2 py-1.5 text-right align-baseline whitespace-nowrap tabular-nums";

export function PlansTable({ plans, current }: { plans: Schemas["Plan"][]; current?: string }) {
  const { t } = useTranslation();
  const words = useLimitWords();
  const titleOf = useWords();
  const of = (plan: Schemas["Plan"], name: Limit) => plan.limits.find((it) => it.name === name)?.max;
  return (
    <section className="flex flex-col gap-3">
      <h3 className="font-semibold">{t("Plans")}</h3>
      <div className="relative overflow-x-auto" tabIndex={0} role="region" aria-label={t("Plans")}>
        <table className="w-full border-collapse">
          <thead>
            <tr className="border-b text-small text-text3">
              <td className="sticky left-0 bg-surface" />
              {plans.map((plan) => (
                <th key={plan.name} scope="col" aria-current={plan.name === current || undefined} className={clsx(CELL, plan.name === current ? "bg-accent-soft font-semibold text-accent-text" : "font-medium")}>{titleOf(plan.title)}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {LIMITS.map((name) => (
              <tr key={name} className={ROW}>
                <th scope="row" className={NAME}>{words.name(name)}</th>
                {plans.map((plan) => <td key={plan.name} className={clsx(CELL, plan.name === current ? "bg-accent-soft" : "text-text2")}>{words.max(name, of(plan, name))}</td>)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
