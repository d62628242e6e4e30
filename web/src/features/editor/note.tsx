// What a note says, and how it looks.
import { clsx } from "clsx";
import { useTranslation } from "react-i18next";
import type { StickyNote } from "~/api/types";
import { NOTE_COLORS, noteColor } from "~/features/graph";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { Area, Field, Input } from "~/ui/field";

interface Props {
  note: StickyNote;
  onChange: (fields: Partial<StickyNote>, about: string) => void;
  onRemove: () => void;
  onClose: () => void;
}

const BARS = { yellow: "bg-wait", green: "bg-ok", blue: "bg-run", purple: "bg-pin", red: "bg-err" };

export function NoteDialog({ note, onChange, onRemove, onClose }: Props) {
  const { t } = useTranslation();
  const names = { yellow: t("Yellow"), green: t("Green"), blue: t("Blue"), purple: t("Purple"), red: t("Red") };
  const [width = 0, height = 0] = note.size ?? [];
  const chosen = noteColor(note.color);
  return (
    <Dialog open onClose={onClose} title={t("Note")} closeLabel={t("Close")}>
      <div className="flex flex-col gap-4">
        <Field label={t("Text")} hint={t("A line that begins with # is a heading, one that begins with - a point.")}>
          {(ids) => <Area {...ids} autoFocus className="min-h-40" value={note.content} onChange={(event) => onChange({ content: event.target.value }, "content")} />}
        </Field>
        <fieldset>
          <legend className="mb-1 font-medium">{t("Colour")}</legend>
          <div className="flex flex-wrap gap-2">
            {[undefined, ...NOTE_COLORS].map((it) => (
              <label key={it ?? ""} className={clsx("flex cursor-pointer items-center gap-1.5 rounded-control border px-2 py-1 has-focus-visible:outline-2 has-focus-visible:outline-accent pointer-coarse:min-h-11", chosen === it && "border-accent bg-accent-soft")}>
                <input type="radio" name="color" className="sr-only" checked={chosen === it} onChange={() => onChange({ color: it ?? null }, "color")} />
                <span aria-hidden className={clsx("size-3 rounded-full", it ? BARS[it] : "bg-wire")} />
                {it ? names[it] : t("Plain")}
              </label>
            ))}
          </div>
        </fieldset>
        <div className="flex gap-4">
          <Field label={t("Width")}>{(ids) => <Input {...ids} type="number" step={20} min={120} value={width} onChange={(event) => onChange({ size: [Number(event.target.value), height] }, "size")} />}</Field>
          <Field label={t("Height")}>{(ids) => <Input {...ids} type="number" step={20} min={40} value={height} onChange={(event) => onChange({ size: [width, Number(event.target.value)] }, "size")} />}</Field>
        </div>
        <Button look="danger" className="self-start" onClick={onRemove}>{t("Delete")}</Button>
      </div>
    </Dialog>
  );
}
