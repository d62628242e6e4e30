// One execution, read again whenever it tells that something happened.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { api, body } from "~/api/client";
import { listen } from "~/api/events";
import { isOver } from "./words";

const STEPS_MAX = 200;

export function useExecution(id: string | undefined) {
  const client = useQueryClient();
  const key = useMemo(() => ["execution", id], [id]);
  const run = useQuery({
    queryKey: key,
    queryFn: () => body(api.GET("/api/executions/{id}", { params: { path: { id: id ?? "" }, query: { pageSize: STEPS_MAX, itemsMax: 50 } } })),
    enabled: id !== undefined,
  });
  const isLive = run.data ? !isOver(run.data.status) : false;
  useEffect(() => {
    if (!id || !isLive) return;
    const read = () => void client.invalidateQueries({ queryKey: key });
    return listen(`/api/executions/${id}/events`, { onEvent: read, onGap: read, onEnd: read });
  }, [id, isLive, client, key]);
  return run;
}
