// The language of the page, and times written in it.
import { useTranslation } from "react-i18next";
import { clock, exact } from "./time";

/** `clock` for a cell, `exact` for its title. */
export function useTimes() {
  const { i18n } = useTranslation();
  return {
    short: (text: string) => clock(text, i18n.language),
    exact: (text: string) => exact(text, i18n.language),
    number: (value: number) => value.toLocaleString(i18n.language),
  };
}
