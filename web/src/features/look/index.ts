// Theme and language go with the account: read when somebody is signed in, written when they are changed. The browser
// keeps its own for who is not, and for the first moments of a page.
import { useIsMutating, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { useEffect } from "react";
import { api, body, messageOf } from "~/api/client";
import { setLanguage, type Language } from "~/lib/i18n";
import { setTheme, theme, type Theme } from "~/lib/theme";
import { say } from "~/ui/toast";
import { lookOf, type Look } from "./wanted";

const KEY = ["preferences"];
const read = () => body(api.GET("/api/users/preferences"));

/** Makes the page look as the account wants it, also when that was said elsewhere. */
export function useFollowedLook() {
  const wanted = useQuery({ queryKey: KEY, queryFn: read, staleTime: 60_000 }).data;
  const isWriting = useIsMutating({ mutationKey: KEY }) > 0;
  useEffect(() => {
    if (!wanted || isWriting) return;
    const look = lookOf(wanted);
    if (look.theme && look.theme !== theme()) setTheme(look.theme);
    if (look.language && look.language !== i18next.language) void setLanguage(look.language);
  }, [wanted, isWriting]);
}

/** Changes how it looks, here at once and wherever the account signs in. */
export function useLook() {
  const client = useQueryClient();
  const { mutate } = useMutation({
    mutationKey: KEY,
    // One after the other: each writes what it read with its own part in it.
    scope: { id: "preferences" },
    mutationFn: async (change: Look) => {
      await client.cancelQueries({ queryKey: KEY });
      client.setQueryData(KEY, await body(api.PUT("/api/users/preferences", { body: { ...(await read()), ...change } })));
    },
    onError: (error) => say(messageOf(error), "error"),
  });
  return {
    setTheme: (theme: Theme) => {
      setTheme(theme);
      mutate({ theme });
    },
    setLanguage: (language: Language) => {
      void setLanguage(language);
      mutate({ language });
    },
  };
}
