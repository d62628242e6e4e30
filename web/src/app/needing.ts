// Whether the workspace wants a second factor of oneself, kept until one says that one is done.
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Failure } from "~/api/client";
import { meQuery, useMe } from "~/api/me";
import type { Schemas } from "~/api/types";

export function useNeededFactor() {
  const client = useQueryClient();
  const me = useMe();
  const [held, setHeld] = useState<string>();
  const needing = me?.needsSecondFactor ? me.workspace?.id : undefined;
  if (needing !== undefined && needing !== held) setHeld(needing);
  useEffect(
    () =>
      client.getQueryCache().subscribe(({ type, query }) => {
        if (type !== "updated") return;
        const { error, status } = query.state;
        // Somebody demanded it meanwhile: who I am says so too, once it is asked again.
        const isNews = status === "error" && error instanceof Failure && error.code === "second_factor_needed";
        if (isNews && client.getQueryData<Schemas["Me"]>(meQuery.queryKey)?.needsSecondFactor === false) void client.invalidateQueries({ queryKey: meQuery.queryKey });
      }),
    [client],
  );
  const isNeeded = held !== undefined && (me === undefined || me.workspace?.id === held);
  return { isNeeded, done: () => setHeld(undefined) };
}
