// What a note says, and how it looks.
import { useTranslation } from "react-i18next";
import type { StickyNote } from "~/api/types";
import { noteColor } from "~/features/graph";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { Area, Field, Input } from "~/ui/field";
import { Colors } from "./colors";

interface Props {
  note: StickyNote;
  onChange: (fields: Partial<StickyNote>, about: string) => void;
  onRemove: () => void;
  onClose: () => void;
}

export function NoteDialog({ note, onChange, onRemove, onClose }: Props) {
  const { t } = useTranslation();
  const [width = 0, height = 0] = note.size ?? [];
  return (
    <Dialog open onClose={onClose} title={t("Note")} closeLabel={t("Close")}>
      <div className="flex flex-col gap-4">
        <Field label={t("Text")} hint={t("A line that begins with # is a heading, one that begins with - a point.")}>
          {(ids) => <Area {...ids} autoFocus className="min-h-40" value={note.content} onChange={(event) => onChange({ content: event.target.value }, "content")} />}
        </Field>
        <Colors chosen={noteColor(note.color)} onChoose={(color) => onChange({ color }, "color")} />
        <div className="flex gap-4">
          <Field label={t("Width")}>{(ids) => <Input {...ids} type="number" step={20} min={120} value={width} onChange={(event) => onChange({ size: [Number(event.target.value), height] }, "size")} />}</Field>
          <Field label={t("Height")}>{(ids) => <Input {...ids} type="number" step={20} min={40} value={height} onChange={(event) => onChange({ size: [width, Number(event.target.value)] }, "size")} />}</Field>
        </div>
        <Button look="danger" className="self-start" onClick={onRemove}>{t("Delete")}</Button>
      </div>
    </Dialog>
  );
}
