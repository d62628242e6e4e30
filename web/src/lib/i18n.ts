// Languages: English sentences are the keys, with a table for what is said of one thing; the other two are fetched
// when somebody wants them.
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import en from "~/locales/en.json";
import { FAULTS } from "./faults";

export const LANGUAGES = { en: "English", "pt-BR": "Português (Brasil)", es: "Español" } as const;
export type Language = keyof typeof LANGUAGES;

type Table = { default: Record<string, string> };

/** What the app says, and what it tells of the server's faults. */
const tables: Record<Exclude<Language, "en">, () => Promise<[Table, Table]>> = {
  "pt-BR": () => Promise.all([import("~/locales/pt-BR.json"), import("~/locales/faults/pt-BR.json")]),
  es: () => Promise.all([import("~/locales/es.json"), import("~/locales/faults/es.json")]),
};

export function languageOf(wanted: readonly string[]): Language {
  for (const it of wanted) {
    if (it.startsWith("pt")) return "pt-BR";
    if (it.startsWith("es")) return "es";
    if (it.startsWith("en")) return "en";
  }
  return "en";
}

export async function setLanguage(language: Language) {
  if (language !== "en" && !i18next.hasResourceBundle(language, "translation")) {
    const [app, faults] = await tables[language]();
    i18next.addResourceBundle(language, "translation", app.default);
    i18next.addResourceBundle(language, FAULTS, faults.default);
  }
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  localStorage.setItem("language", language);
}

export async function startLanguages() {
  await i18next.use(initReactI18next).init({
    lng: "en",
    resources: { en: { translation: en } },
    keySeparator: false,
    nsSeparator: false,
    returnEmptyString: false,
    interpolation: { escapeValue: false },
  });
  await setLanguage(languageOf([localStorage.getItem("language") ?? "", ...navigator.languages].filter(Boolean)));
}
