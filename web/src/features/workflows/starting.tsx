// The choice of a workflow to start from.
import { useTranslation } from "react-i18next";
import { Dialog } from "~/ui/dialog";
import { useFromTemplate } from "./making";
import { templates } from "./templates";

export function TemplatesDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const start = useFromTemplate();
  return (
    <Dialog open onClose={onClose} wide title={t("Start from a template")} about={t("A copy becomes your draft: change what you like. Nothing runs before you say so.")} closeLabel={t("Close")}>
      <ul className="grid gap-3 sm:grid-cols-2">
        {templates(t).map((it) => (
          <li key={it.id}>
            <button type="button" disabled={start.isPending} onClick={() => start.mutate(it)} className="flex h-full w-full flex-col items-start gap-1 rounded-card border bg-surface p-4 text-left hover:border-control hover:bg-hover">
              <b className="font-semibold">{it.title}</b>
              <span className="text-text2">{it.about}</span>
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
