// To the clipboard, with a word about it.
import { useTranslation } from "react-i18next";
import { messageOf } from "~/api/client";
import { say } from "~/ui/toast";

export function useCopy() {
  const { t } = useTranslation();
  return (text: string) =>
    void navigator.clipboard.writeText(text).then(
      () => say(t("Copied")),
      (error: unknown) => say(messageOf(error), "error"),
    );
}
