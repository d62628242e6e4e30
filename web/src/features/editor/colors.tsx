// The colours that notes and groups may have, to choose from.
import { clsx } from "clsx";
import { useTranslation } from "react-i18next";
import { NOTE_COLORS, type NoteColor } from "~/features/graph";

const BARS = { yellow: "bg-wait", green: "bg-ok", blue: "bg-run", purple: "bg-pin", red: "bg-err" };

export function Colors({ chosen, onChoose }: { chosen?: NoteColor; onChoose: (color: NoteColor | null) => void }) {
  const { t } = useTranslation();
  const names = { yellow: t("Yellow"), green: t("Green"), blue: t("Blue"), purple: t("Purple"), red: t("Red") };
  return (
    <fieldset>
      <legend className="mb-1 font-medium">{t("Colour")}</legend>
      <div className="flex flex-wrap gap-2">
        {[undefined, ...NOTE_COLORS].map((it) => (
          <label key={it ?? ""} className={clsx("flex cursor-pointer items-center gap-1.5 rounded-control border px-2 py-1 has-focus-visible:outline-2 has-focus-visible:outline-accent pointer-coarse:min-h-11", chosen === it && "border-accent bg-accent-soft")}>
            <input type="radio" name="color" className="sr-only" checked={chosen === it} onChange={() => onChoose(it ?? null)} />
            <span aria-hidden className={clsx("size-3 rounded-full", it ? BARS[it] : "bg-wire")} />
            {it ? names[it] : t("Plain")}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
