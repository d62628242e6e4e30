// What somebody else published or ended while the workflow is open here.
import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "~/api/client";
import type { StoredWorkflow } from "~/api/types";
import { say } from "~/ui/toast";

const versionOf = ({ active, publishedVersion }: Pick<StoredWorkflow, "active" | "publishedVersion">) => (active ? (publishedVersion ?? null) : null);

/** Takes in what was heard of; it may be older than what one has done oneself, so it is asked for again. */
export function useOthersLive({ id }: StoredWorkflow): (heard: string | null) => void {
  const { t } = useTranslation();
  const client = useQueryClient();
  return useCallback(
    (heard) => {
      const key = ["workflow", id];
      const known = () => client.getQueryData<StoredWorkflow>(key);
      const before = known();
      if (!before || versionOf(before) === heard) return;
      const read = async () => {
        const now = versionOf(await body(api.GET("/api/workflows/{id}", { params: { path: { id } } })));
        const mine = known();
        if (!mine || mine !== before || versionOf(mine) === now) return;
        client.setQueryData<StoredWorkflow>(key, { ...mine, active: now !== null, publishedVersion: now });
        await client.invalidateQueries({ queryKey: ["versions", id] });
        say(now ? t("A version was published elsewhere: see the versions.") : t("What was published was ended elsewhere."));
      };
      // What cannot be read now is heard of again in a moment.
      void read().catch(() => undefined);
    },
    [id, client, t],
  );
}
