// Requests that wait for their turn: where the server says "too many", the same goes again when it says so.
import { line } from "./line";

const TRIES_MAX = 4;
/** Nobody looks at a page for longer than this. */
const WAIT_S_MAX = 60;
/** These only read, though they carry a body. */
const READS = ["/api/expressions/evaluate", "/api/workflows/validate", "/api/workflows/ports"];

/** Like `fetch`, and a read that came too soon goes again. */
export const patientReads = (request: Request): Promise<Response> =>
  request.method === "GET" || READS.includes(new URL(request.url).pathname) ? patient(request) : line.fetch(request);

/** Like `fetch`, and what came too soon goes again. */
export async function patient(request: Request): Promise<Response> {
  for (let n = 1; ; n += 1) {
    const again = n < TRIES_MAX ? request.clone() : undefined;
    const answer = await line.fetch(request);
    const seconds = Number(answer.headers.get("retry-after") ?? NaN);
    const isTooSoon = answer.status === 429 && seconds > 0 && seconds <= WAIT_S_MAX;
    if (!again || !isTooSoon) return answer;
    await pause(seconds * 1000, request.signal);
    request = again;
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((go, stop) => {
    signal.throwIfAborted();
    const timer = setTimeout(go, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      stop(signal.reason as Error);
    });
  });
}
