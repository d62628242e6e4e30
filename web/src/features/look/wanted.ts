// What an account says of how things look, as this app understands it.
import type { Schemas } from "~/api/types";
import { languageOf, LANGUAGES, type Language } from "~/lib/i18n";
import type { Theme } from "~/lib/theme";

export interface Look {
  theme?: Theme;
  /** Nothing where the account names none, or one that the app does not speak: then the browser's stays. */
  language?: Language;
}

export function lookOf({ theme, language }: Schemas["Preferences"]): Look {
  const isSpoken = language && Object.keys(LANGUAGES).some((it) => it.slice(0, 2) === language.slice(0, 2).toLowerCase());
  return { theme, language: isSpoken ? languageOf([language.toLowerCase()]) : undefined };
}
