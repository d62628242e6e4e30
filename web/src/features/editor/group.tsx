// What a group is called, and how it looks.
import { useTranslation } from "react-i18next";
import { groupColor, type Group } from "~/features/graph";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { TextField } from "~/ui/field";
import { Colors } from "./colors";

interface Props {
  group: Group;
  onChange: (fields: { name?: string; color?: string | null }, about: string) => void;
  onRemove: () => void;
  onClose: () => void;
}

export function GroupDialog({ group, onChange, onRemove, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog open onClose={onClose} title={t("Group")} closeLabel={t("Close")}>
      <div className="flex flex-col gap-4">
        <TextField label={t("Name")} autoFocus value={group.name} maxLength={100} onValue={(name) => onChange({ name }, "name")} onKeyDown={(event) => event.key === "Enter" && onClose()} />
        <Colors chosen={groupColor(group)} onChoose={(color) => onChange({ color }, "color")} />
        <Button className="self-start" onClick={onRemove}>{t("Take the frame away")}</Button>
      </div>
    </Dialog>
  );
}
