// Drafts are saved by themselves. What somebody else changed meanwhile is taken in; where both changed the same,
// the person decides.
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { api, body, Failure } from "~/api/client";
import type { StoredWorkflow } from "~/api/types";
import type { Doc } from "./model/document";
import { merge } from "./model/merge";

const SAVE_AFTER_MS = 800;
const AGAIN_AFTER_MS = 5000;

export type Saving = "saved" | "saving" | "failed" | "conflict" | "refused";

/** `onTheirs` takes in what somebody else saved: the document that both began with, theirs, and the nodes in question. */
export function useSaving(stored: StoredWorkflow, doc: Doc, mayWrite: boolean, onTheirs: (base: Doc, theirs: Doc, nodes: string[], both: boolean) => void) {
  const client = useQueryClient();
  const [state, setState] = useState<Saving>("saved");
  const [fault, setFault] = useState("");
  const revision = useRef(stored.revision);
  const kept = useRef<Doc>(stored.draft);
  const wanted = useRef(doc);
  const running = useRef<Promise<void>>(undefined);
  const looking = useRef<Promise<void>>(undefined);
  const saved = useRef<number>(undefined);
  const [nTries, setTries] = useState(0);

  /** Whether their changes and mine go together; then mine are saved on top of theirs. */
  const takeIn = useCallback(async () => {
    const now = await body(api.GET("/api/workflows/{id}", { params: { path: { id: stored.id } } }));
    if (now.revision <= revision.current) return true;
    const base = kept.current;
    const both = base !== wanted.current;
    const merged = merge(base, wanted.current, now.draft);
    if (merged.clashes.length) return false;
    revision.current = now.revision;
    kept.current = now.draft;
    wanted.current = merged.doc;
    onTheirs(base, now.draft, merged.theirs, both);
    return true;
  }, [stored.id, onTheirs]);

  const send = useCallback(async () => {
    while (kept.current !== wanted.current) {
      const now = wanted.current;
      setState("saving");
      const header = { "If-Match": `"${revision.current}"` };
      let next: StoredWorkflow;
      try {
        next = await body(api.PUT("/api/workflows/{id}", { params: { path: { id: stored.id }, header }, body: now }));
      } catch (error) {
        if (error instanceof Failure && error.code === "revision_conflict" && (await takeIn())) continue;
        throw error;
      }
      revision.current = next.revision;
      saved.current = next.revision;
      kept.current = now;
      client.setQueryData(["workflow", stored.id], { ...next, draft: now });
    }
    setState("saved");
  }, [client, stored.id, takeIn]);

  /** Saves what is not saved yet; whoever runs or publishes the draft waits for it. */
  const save = useCallback(async () => {
    await looking.current;
    running.current ??= send().finally(() => (running.current = undefined));
    try {
      await running.current;
    } catch (error) {
      const refused = error instanceof Failure && error.status < 500;
      setState(error instanceof Failure && error.code === "revision_conflict" ? "conflict" : refused ? "refused" : "failed");
      setFault(error instanceof Error ? error.message : "");
      throw error;
    }
  }, [send]);

  /** Takes in what somebody else saved as soon as it is heard of, when nothing of ours is on its way. */
  const look = useCallback(
    async (theirs: number) => {
      const isBusy = running.current ?? looking.current;
      if (theirs <= revision.current || isBusy || kept.current !== wanted.current) return;
      // What cannot be read now is read at the next look, or when something is saved.
      looking.current = takeIn().then(() => undefined, () => undefined).finally(() => (looking.current = undefined));
      await looking.current;
    },
    [takeIn],
  );

  useEffect(() => {
    wanted.current = doc;
    if (!mayWrite || state === "conflict") return;
    if (kept.current === doc) {
      if (!running.current) setState((it) => (it === "saving" ? "saved" : it));
      return;
    }
    // Nothing is called saved that is still to be sent.
    setState((it) => (it === "saved" ? "saving" : it));
    const timer = setTimeout(() => void save().catch(() => undefined), nTries ? AGAIN_AFTER_MS : SAVE_AFTER_MS);
    return () => clearTimeout(timer);
  }, [doc, save, mayWrite, nTries, state]);
  useEffect(() => {
    if (state !== "failed") return;
    const timer = setTimeout(() => setTries((n) => n + 1), AGAIN_AFTER_MS);
    return () => clearTimeout(timer);
  }, [state]);
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => kept.current !== wanted.current && event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => {
      window.removeEventListener("beforeunload", warn);
      // Leaving the page inside the app: what was typed last is sent on the way out.
      if (mayWrite && kept.current !== wanted.current) void save().catch(() => undefined);
    };
  }, [save, mayWrite]);

  /** Writes over what somebody else saved: the person has read that there is something. */
  const overwrite = useCallback(async () => {
    revision.current = (await body(api.GET("/api/workflows/{id}", { params: { path: { id: stored.id } } }))).revision;
    setState("saving");
    await save();
  }, [save, stored.id]);
  const revisionNow = useCallback(() => revision.current, []);
  /** Whether this is what the server has. */
  const holds = useCallback((it: Doc) => kept.current === it, []);
  const savedNow = useCallback(() => saved.current, []);
  return { state, fault, save, look, overwrite, holds, revision: revisionNow, saved: savedNow };
}
