// The server is away when nothing comes through, and there as soon as something does.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { line } from "./line";

const asked = vi.fn<(request: Request) => Promise<Response>>();

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("fetch", asked.mockReset());
  vi.stubGlobal("window", { location: { origin: "http://here" } });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const send = (init?: RequestInit) => line.fetch(new Request("http://here/api/workflows", init)).catch(() => undefined);

test("what does not come through says that the server is away, until it is found again", async () => {
  asked.mockRejectedValueOnce(new TypeError("no line")).mockRejectedValueOnce(new TypeError("no line")).mockResolvedValue(new Response("ok"));
  const told = vi.fn();
  const stop = line.listen(told);
  await send();
  expect(line.isAway()).toBe(true);
  await vi.advanceTimersByTimeAsync(2000);
  expect(line.isAway()).toBe(true);
  await vi.advanceTimersByTimeAsync(2000);
  expect(line.isAway()).toBe(false);
  expect(asked.mock.calls.at(-1)?.[0].url).toBe("http://here/healthz");
  expect(told).toHaveBeenCalledTimes(2);
  stop();
});

test("a request that is given up says nothing of the server", async () => {
  const stop = new AbortController();
  stop.abort();
  asked.mockRejectedValueOnce(new DOMException("given up", "AbortError"));
  await send({ signal: stop.signal });
  expect(line.isAway()).toBe(false);
});

test("a refusal is an answer", async () => {
  asked.mockResolvedValueOnce(new Response("{}", { status: 500 }));
  await send();
  expect(line.isAway()).toBe(false);
});
