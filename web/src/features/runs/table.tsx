// Executions as rows.
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Execution } from "~/api/types";
import { faultWords } from "~/lib/faults";
import { useTimes } from "~/lib/language";
import { took } from "~/lib/time";
import { CELL, ROW, Table } from "~/ui/page";
import { StateMark } from "~/ui/state";
import { stateOf, useRunWords } from "./words";

export function RunTable({ rows }: { rows: Execution[] }) {
  const { t } = useTranslation();
  const times = useTimes();
  const words = useRunWords();
  return (
    <Table label={t("Executions")} head={[t("State"), t("Workflow"), <span key="key" className="wide">{t("Key")}</span>, t("Started"), <span key="took" className="wide">{t("Took")}</span>, <span key="how" className="wide">{t("Started how")}</span>]}>
      {rows.map((it) => (
        <tr key={it.id} className={ROW}>
          <td className={`${CELL} max-sm:whitespace-normal`} title={it.errorMessage ? faultWords(it.errorMessage) : undefined}>
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
