// Steps back and forth over a reload: what is kept is read when the draft is opened, and written whenever it was saved.
import { useEffect, useRef, useState } from "react";
import { useMe } from "~/api/me";
import type { StoredWorkflow } from "~/api/types";
import { shelf } from "~/lib/shelf";
import type { History } from "./model/document";
import { keep } from "./model/past";
import type { useSaving } from "./saving";

/** `onRead` gets what was kept for the revision that the desk began with. */
export function usePast(stored: StoredWorkflow, history: History, saving: ReturnType<typeof useSaving>, onRead: (kept: unknown, revision: number) => void) {
  const user = useMe()?.user.id;
  const key = user && `past ${user} ${stored.id}`;
  const [begun] = useState(stored.revision);
  const [isRead, setRead] = useState(false);
  const kept = useRef<History>(history);
  const { state, holds, revision } = saving;
  useEffect(() => {
    if (!key) return;
    let isHere = true;
    void shelf.read(key).then((it) => {
      if (!isHere) return;
      onRead(it, begun);
      setRead(true);
    });
    return () => void (isHere = false);
  }, [key, begun, onRead]);
  useEffect(() => {
    if (!key || !isRead || state !== "saved" || kept.current === history || !holds(history.present)) return;
    kept.current = history;
    const past = keep(history, revision());
    void (past ? shelf.put(key, past) : shelf.drop(key));
  }, [key, isRead, state, history, holds, revision]);
}
