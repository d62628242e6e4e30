// The choice of a workflow to start from, and what it has to know.
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "~/api/me";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { TextField } from "~/ui/field";
import { useFromTemplate, type Filled } from "./making";
import { templates, type Given, type Template } from "./templates";

export function TemplatesDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const start = useFromTemplate();
  const [chosen, setChosen] = useState<Template>();
  const about = t("A copy becomes your draft: change what you like. Nothing runs before you say so.");
  return (
    <Dialog open onClose={onClose} wide={!chosen} title={chosen?.title ?? t("Start from a template")} about={chosen?.about ?? about} closeLabel={t("Close")}>
      {chosen ? (
        <Asking template={chosen} isBusy={start.isPending} onBack={() => setChosen(undefined)} onStart={start.mutate} />
      ) : (
        <ul className="grid gap-3 sm:grid-cols-2">
          {templates(t).map((it) => (
            <li key={it.id}>
              <button type="button" disabled={start.isPending} onClick={() => (it.asks ? setChosen(it) : start.mutate({ template: it, given: {} }))} className="flex h-full w-full flex-col items-start gap-1 rounded-card border bg-surface p-4 text-left hover:border-control hover:bg-hover">
                <b className="font-semibold">{it.title}</b>
                <span className="text-text2">{it.about}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}

function Asking({ template, isBusy, onBack, onStart }: { template: Template; isBusy: boolean; onBack: () => void; onStart: (it: Filled) => void }) {
  const { t } = useTranslation();
  const mayTell = useMay()("workflows.publish") && template.mayTell;
  const [given, setGiven] = useState<Given>({});
  const [alarm, setAlarm] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onStart({ template, given, alarm: alarm || undefined });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {template.asks?.map((it, n) => (
        <TextField key={it.id} label={it.label} type={it.isAddress ? "url" : "text"} autoFocus={n === 0} placeholder={it.usual} value={given[it.id] ?? ""} onValue={(text) => setGiven({ ...given, [it.id]: text })} />
      ))}
      {mayTell && <TextField label={t("When it fails, post to")} type="url" hint={t("Another workflow is made and published, which posts there what failed.")} value={alarm} onValue={setAlarm} />}
      <p className="text-small text-text3">{t("What you leave empty is put in later.")}</p>
      <div className="flex justify-between gap-2">
        <Button onClick={onBack}>{t("Back")}</Button>
        <Button type="submit" look="primary" disabled={isBusy}>{t("Make the draft")}</Button>
      </div>
    </form>
  );
}
