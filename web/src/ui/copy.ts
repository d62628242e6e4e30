// To the clipboard, with a word about it.
import { useTranslation } from "react-i18next";
import { say } from "./toast";

/** Pages without TLS have no clipboard of their own: there a field that is selected for a moment is copied from. */
async function copy(text: string) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = document.createElement("textarea");
  field.value = text;
  field.setAttribute("readonly", "");
  field.style.position = "fixed";
  // In a dialog nothing outside of it takes the focus.
  (document.activeElement?.closest('[role="dialog"]') ?? document.body).append(field);
  field.select();
  const isDone = document.execCommand("copy");
  field.remove();
  if (!isDone) throw new Error("not copied");
}

export function useCopy() {
  const { t } = useTranslation();
  return (text: string) =>
    void copy(text).then(
      () => say(t("Copied")),
      () => say(t("It could not be copied. Select it and copy it by hand."), "error"),
    );
}
