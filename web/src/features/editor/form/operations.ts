// What the operations of conditions are called.
import { useTranslation } from "react-i18next";

export function useOperationWords(): (operation: string) => string {
  const { t } = useTranslation();
  const words: Record<string, string> = {
    equals: t("is"),
    notEquals: t("is not"),
    contains: t("contains"),
    notContains: t("does not contain"),
    startsWith: t("starts with"),
    notStartsWith: t("does not start with"),
    endsWith: t("ends with"),
    notEndsWith: t("does not end with"),
    regex: t("matches the pattern"),
    notRegex: t("does not match the pattern"),
    gt: t("is greater than"),
    gte: t("is at least"),
    lt: t("is less than"),
    lte: t("is at most"),
    after: t("is after"),
    afterOrEquals: t("is at or after"),
    before: t("is before"),
    beforeOrEquals: t("is at or before"),
    true: t("is true"),
    false: t("is false"),
    empty: t("is empty"),
    notEmpty: t("is not empty"),
    exists: t("is there"),
    notExists: t("is not there"),
    lengthEquals: t("has as many entries as"),
    lengthNotEquals: t("has not as many entries as"),
    lengthGt: t("has more entries than"),
    lengthGte: t("has at least so many entries"),
    lengthLt: t("has fewer entries than"),
    lengthLte: t("has at most so many entries"),
  };
  return (it) => words[it] ?? it;
}

export function useTypeWords(): (type: string) => string {
  const { t } = useTranslation();
  const words: Record<string, string> = {
    string: t("text"),
    number: t("number"),
    boolean: t("yes or no"),
    dateTime: t("date and time"),
    array: t("list"),
    object: t("object"),
    any: t("anything"),
    binary: t("file"),
  };
  return (it) => words[it] ?? it;
}
