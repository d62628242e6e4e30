// Takes in what is pasted: our own nodes as they are. Others' are not ours to read here: the import converts them.
import { useTranslation } from "react-i18next";
import { say } from "~/ui/toast";
import type { Part } from "./commands/paste";
import { fromText } from "./model/clipboard";

export function usePasting(onPart: (part: Part) => void) {
  const { t } = useTranslation();
  return (text: string) => {
    const pasted = fromText(text);
    if (!pasted) say(t("There are no nodes of a workflow in the clipboard."), "error");
    else if ("part" in pasted) onPart(pasted.part);
    else say(t("These nodes come from another program. Import them among the workflows; from there they can be copied."), "error");
  };
}
