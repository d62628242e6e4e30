// What the server's own data says (titles, forms, permissions) in the reader's language. The English text is the key;
// the tables are fetched with the first data that needs them, and a test of `app` compares them with that data.
import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";

type Table = Readonly<Record<string, string>>;

const tables: Record<string, () => Promise<{ default: Table }>> = {
  "pt-BR": () => import("~/locales/types/pt-BR.json"),
  es: () => import("~/locales/types/es.json"),
};

const tableOf = async (language: string): Promise<Table> => (await tables[language]?.())?.default ?? {};

const said = (table: Table, text: string) => (Object.hasOwn(table, text) ? (table[text] ?? text) : text);

/** Fields that people read; all others are for programs. */
const READ = new Set(["title", "summary", "docs", "help", "placeholder", "description"]);
/** What is given to a field is nobody's words. */
const GIVEN = new Set(["value", "default"]);

/** The same data with what people read of it in another language. */
export function inWords<T>(table: Table, data: T): T {
  if (Array.isArray(data)) return data.map((it: unknown) => inWords(table, it)) as T;
  if (typeof data !== "object" || data === null) return data;
  const fields = Object.entries(data).map(([name, it]: [string, unknown]) => [name, GIVEN.has(name) ? it : READ.has(name) && typeof it === "string" ? said(table, it) : inWords(table, it)]);
  return Object.fromEntries(fields) as T;
}

/** Asks for data that the server describes itself with, and keeps it in the language of the page. */
export function wordsQuery<T>(key: readonly unknown[], language: string, ask: () => Promise<T>) {
  return queryOptions({
    queryKey: [...key, language],
    queryFn: async () => {
      const [data, table] = await Promise.all([ask(), tableOf(language)]);
      return inWords(table, data);
    },
    staleTime: Infinity,
    placeholderData: keepPreviousData,
  });
}

/** For a single text of the server's: what it is in the reader's language, or itself where nobody knows it. */
export function useWords(): (text: string) => string {
  const { language } = useTranslation().i18n;
  const table = useQuery({ queryKey: ["words", language], queryFn: () => tableOf(language), staleTime: Infinity, enabled: language in tables }).data;
  return useCallback((text: string) => (table ? said(table, text) : text), [table]);
}
