// What the server finds in a draft, in the reader's language.
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "~/api/types";
import { useWords } from "~/api/words";
import { useCredentialTypes } from "~/features/credentials";
import { faultWords } from "~/lib/faults";

/** What forbids to publish it. */
export function useFaultWords() {
  const { t, i18n } = useTranslation();
  const words = useWords();
  return useCallback(({ kind, subject, allowed, message }: Schemas["DocumentFault"]): string => {
    // The server's own words say it best.
    if (i18n.language === "en") return message;
    const field = words(subject);
    switch (kind) {
      case "needed":
        return t("“{{field}}” is needed.", { field });
      case "notANumber":
        return t("“{{field}}” must be a number.", { field });
      case "notABoolean":
        return t("“{{field}}” must be true or false.", { field });
      case "notAList":
        return t("“{{field}}” must be a list.", { field });
      case "notAnObject":
        return t("“{{field}}” must be an object.", { field });
      case "outOfRange":
        return t("“{{field}}” must lie in {{range}}.", { field, range: allowed });
      case "notAnOption":
        return t("“{{field}}” must be one of these: {{options}}.", { field, options: allowed });
      case "name":
        return t("A name is needed that is not too long.");
      case "nameTaken":
        return t("Two nodes are called “{{name}}”.", { name: subject });
      case "tooManyNodes":
        return t("A workflow has at most {{max}} nodes.", { max: allowed });
      case "timeZone":
        return t("There is no time zone “{{zone}}”; name one such as Europe/Lisbon.", { zone: subject });
      case "priority":
        return t("The priority must lie in {{range}}.", { range: allowed });
      case "tries":
        return t("So many tries are possible: {{range}}.", { range: allowed });
      case "nodeAbsent":
        return t("A wire names the node “{{name}}”, which is not there.", { name: subject });
      case "nodeTypeUnknown":
        return t("This server does not know the node type {{type}}.", { type: subject });
      case "expression":
        return t("An expression cannot be read: {{why}}", { why: faultWords(subject) });
      case "trigger":
        return t("The trigger cannot listen like this: {{why}}", { why: faultWords(message) });
      case "unreadable":
        return t("The document cannot be read: {{why}}", { why: message });
    }
  }, [t, i18n, words]);
}

/** What one should know before it goes live. */
export function useAdviceWords(all: readonly Schemas["Advice"][] | undefined) {
  const { t, i18n } = useTranslation();
  const types = useCredentialTypes(Boolean(all?.some((it) => it.kind === "credentialNotChosen"))).data?.items;
  return useCallback(({ kind, subject }: Schemas["Advice"]): string => {
    const { time, day, zone } = moment(subject, i18n.language);
    switch (kind) {
      case "credentialNotChosen":
        return t("No credential of type {{type}} is chosen.", { type: types?.find((it) => it.name === subject)?.title ?? subject });
      case "credentialMissing":
        return t("There is no credential “{{name}}” here, or it is not shared with you. Choose another, or make it.", { name: subject });
      case "nodeTypeUnsupported":
        return t("{{type}} is not supported yet: a run that comes here fails. Replace the node or disable it.", { type: subject });
      case "unreachable":
        return t("No trigger leads here: it never runs.");
      case "endlessLoop":
        return t("Nothing leads out of this loop: it ends only when a node gives no items.");
      case "noTrigger":
        return t("No trigger is on: once published, nothing starts the workflow by itself.");
      case "scriptUnreadable":
        return subject
          ? t("The script cannot be read at line {{line}}: a run that comes here fails.", { line: subject })
          : t("The script cannot be read: a run that comes here fails.");
      case "clockSkips":
        return t("{{time}} does not exist on {{day}}, when the clocks of {{zone}} go forward: it runs right after.", { time, day, zone });
      case "clockRepeats":
        return t("{{time}} comes twice on {{day}}, when the clocks of {{zone}} go back: it runs once.", { time, day, zone });
    }
  }, [t, i18n, types]);
}

/** The parts of `2027-03-28T01:00:00[Europe/Lisbon]`, a time of the clock on the wall there. */
export function moment(text: string, language: string) {
  const [, day = "", time = "", zone = ""] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)[^[]*\[(.*)\]$/.exec(text) ?? [];
  return { time, zone, day: day && new Date(`${day}T12:00:00Z`).toLocaleDateString(language, { dateStyle: "long", timeZone: "UTC" }) };
}
