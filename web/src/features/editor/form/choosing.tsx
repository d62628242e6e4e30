// Fields whose values are things of the workspace: a workflow, a type of credentials. What is not in the list stays as it is.
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { offeredQuery } from "~/api/lists";
import { useCredentialTypes } from "~/features/credentials";
import { Select } from "~/ui/field";

interface Props {
  ids: { id: string; "aria-describedby"?: string };
  value: string;
  onValue: (value: string | undefined) => void;
}

/** Called by its id, its name, or the id that it had where it came from. */
export function ChosenWorkflow({ ids, value, onValue }: Props) {
  const all = useQuery(offeredQuery).data?.items ?? [];
  const known = all.find((it) => it.id === value) ?? all.find((it) => it.name === value);
  return <Offered ids={ids} value={known?.id ?? value} onValue={onValue} offered={all.map((it) => [it.id, it.name])} />;
}

/** Types that sign requests by themselves. */
export function ChosenCredentialType({ ids, value, onValue }: Props) {
  const { i18n } = useTranslation();
  const all = useCredentialTypes().data?.items.filter((it) => it.signs) ?? [];
  const offered = all.map((it): [string, string] => [it.name, it.title]).sort((a, b) => a[1].localeCompare(b[1], i18n.language));
  return <Offered ids={ids} value={value} onValue={onValue} offered={offered} />;
}

function Offered({ ids, value, onValue, offered }: Props & { offered: [value: string, name: string][] }) {
  const { t } = useTranslation();
  return (
    <Select {...ids} value={value} onChange={(event) => onValue(event.target.value || undefined)}>
      <option value="">{t("None")}</option>
      {value && !offered.some(([it]) => it === value) && <option value={value}>{value}</option>}
      {offered.map(([it, name]) => <option key={it} value={it}>{name}</option>)}
    </Select>
  );
}
