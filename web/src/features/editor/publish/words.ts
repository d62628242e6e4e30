// The server's advice in the reader's language.
import { useTranslation } from "react-i18next";
import type { Schemas } from "~/api/types";

export function useAdviceWords() {
  const { t, i18n } = useTranslation();
  return ({ kind, subject }: Schemas["Advice"]): string => {
    const { time, day, zone } = moment(subject, i18n.language);
    switch (kind) {
      case "credentialNotChosen":
        return t("No credential of type {{type}} is chosen.", { type: subject });
      case "credentialMissing":
        return t("There is no credential “{{name}}” here, or it is not shared with you. Choose another, or make it.", { name: subject });
      case "unreachable":
        return t("No trigger leads here: it never runs.");
      case "endlessLoop":
        return t("Nothing leads out of this loop: it ends only when a node gives no items.");
      case "noTrigger":
        return t("No trigger is on: once published, nothing starts the workflow by itself.");
      case "clockSkips":
        return t("{{time}} does not exist on {{day}}, when the clocks of {{zone}} go forward: it runs right after.", { time, day, zone });
      case "clockRepeats":
        return t("{{time}} comes twice on {{day}}, when the clocks of {{zone}} go back: it runs once.", { time, day, zone });
    }
  };
}

/** The parts of `2027-03-28T01:00:00[Europe/Lisbon]`, a time of the clock on the wall there. */
export function moment(text: string, language: string) {
  const [, day = "", time = "", zone = ""] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)[^[]*\[(.*)\]$/.exec(text) ?? [];
  return { time, zone, day: day && new Date(`${day}T12:00:00Z`).toLocaleDateString(language, { dateStyle: "long", timeZone: "UTC" }) };
}
