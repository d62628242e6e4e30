// What a run's state and way of starting are called.
import { useTranslation } from "react-i18next";
import type { Execution } from "~/api/types";
import { WORDS, type State } from "~/ui/state";

export const STATUSES = ["queued", "running", "waiting", "success", "error", "cancelled"] as const;
export const isOver = (status: string) => status === "success" || status === "error" || status === "cancelled";

export const stateOf = (it: Pick<Execution, "status" | "waitingFor">): State =>
  it.status === "waiting" && it.waitingFor === "inDoubt" ? "inDoubt" : it.status;

export function useRunWords() {
  const { t } = useTranslation();
  const waits: Record<string, string> = {
    time: t("Waits for a moment"),
    webhook: t("Waits for a call"),
    form: t("Waits for a form"),
    person: t("Waits for a person"),
    customer: t("Waits for a customer"),
    execution: t("Waits for another execution"),
    event: t("Waits for an event"),
    retry: t("Tries again soon"),
    plan: t("Waits for room in the plan"),
  };
  const modes: Record<string, string> = {
    manual: t("by hand"),
    webhook: t("by webhook"),
    schedule: t("by schedule"),
    error: t("by a failure"),
    workflow: t("by a workflow"),
    api: t("by the API"),
    replay: t("as a replay"),
  };
  return {
    state: (it: Pick<Execution, "status" | "waitingFor">) =>
      (it.status === "waiting" && it.waitingFor && waits[it.waitingFor]) || t(WORDS[stateOf(it)]),
    mode: (mode: string) => modes[mode] ?? mode,
  };
}
