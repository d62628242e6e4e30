// What executions tell while they run: server-sent events, read with the session's token.
import { line } from "./line";
import { session } from "./session";
import type { ExecutionEvent } from "./types";

/** Longest pause before the line is built again. */
const AGAIN_MS_MAX = 15_000;

interface Listener {
  onEvent: (event: ExecutionEvent) => void;
  /** Something may have been missed: read again. */
  onGap?: () => void;
  /** The stream ended because there is nothing more to tell. */
  onEnd?: () => void;
}

/** Listens until the returned function is called. A stream of one execution ends with it. */
export function listen(path: string, listener: Listener): () => void {
  const stop = new AbortController();
  void run(path, listener, stop.signal);
  return () => stop.abort();
}

async function run(path: string, listener: Listener, signal: AbortSignal) {
  let pauseMs = 500;
  for (let n = 0; !signal.aborted; n += 1) {
    try {
      const token = await session.token();
      if (!token) return;
      const answer = await line.fetch(new Request(new URL(path, window.location.origin), { headers: { authorization: `Bearer ${token}` }, signal }));
      if (answer.status === 404) return listener.onEnd?.();
      if (!answer.ok || !answer.body) throw new TypeError("no stream");
      if (n > 0) listener.onGap?.();
      pauseMs = 500;
      if (await read(answer.body, listener)) return listener.onEnd?.();
    } catch {
      if (signal.aborted) return;
    }
    await new Promise((go) => setTimeout(go, pauseMs));
    pauseMs = Math.min(pauseMs * 2, AGAIN_MS_MAX);
  }
}

/** Whether the stream ended with an execution's end. */
async function read(stream: ReadableStream<Uint8Array>, listener: Listener): Promise<boolean> {
  const reader = stream.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let kept = "";
  let ended = false;
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    kept += piece.value;
    const blocks = kept.split(/\r?\n\r?\n/);
    kept = blocks.pop() ?? "";
    for (const block of blocks) {
      const event = parse(block);
      if (event === "missed") listener.onGap?.();
      else if (event) {
        listener.onEvent(event);
        ended = event.kind === "ended";
      }
    }
  }
  return ended;
}

export function parse(block: string): ExecutionEvent | "missed" | undefined {
  const lines = block.split(/\r?\n/);
  const named = (name: string) =>
    lines.filter((it) => it.startsWith(`${name}:`)).map((it) => it.slice(name.length + 1).trim());
  if (named("event")[0] === "missed") return "missed";
  const text = named("data").join("\n");
  if (!text) return undefined;
  return JSON.parse(text) as ExecutionEvent;
}
