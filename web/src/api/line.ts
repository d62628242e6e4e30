// Whether the server answers: known by the last thing that was sent, and asked for until it does again.

/** Pause before it is looked for again. */
const LOOK_MS = 2000;
let isAway = false;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

export const line = {
  isAway: () => isAway,
  listen(listener: () => void) {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
  /** Like `fetch`, and what comes of it is noted. */
  async fetch(request: Request): Promise<Response> {
    try {
      const answer = await fetch(request);
      set(false);
      return answer;
    } catch (error) {
      // Who leaves a page takes its requests along: that says nothing of the server.
      if (!request.signal.aborted) set(true);
      throw error;
    }
  },
};

function set(next: boolean) {
  if (next && timer === undefined) timer = setTimeout(() => void look(), LOOK_MS);
  if (isAway === next) return;
  isAway = next;
  for (const listener of listeners) listener();
}

async function look() {
  timer = undefined;
  // Another look is begun where it fails.
  await line.fetch(new Request(new URL("/healthz", window.location.origin))).catch(() => undefined);
}
