// A read that came too soon goes again; nothing else does.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { patientReads } from "./patience";

const tooSoon = (seconds: string) => new Response("{}", { status: 429, headers: { "retry-after": seconds } });
const asked = vi.fn<(request: Request) => Promise<Response>>();

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("fetch", asked.mockReset());
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const answers = (...all: Response[]) => all.forEach((it) => asked.mockResolvedValueOnce(it));
const ask = async (method: string, path: string, init: RequestInit = {}) => {
  const answer = patientReads(new Request(`http://here${path}`, { method, ...init }));
  answer.catch(() => undefined);
  await vi.runAllTimersAsync();
  return answer;
};

test("a read that came too soon goes again, with its body", async () => {
  answers(tooSoon("2"), tooSoon("1"), new Response("fine"));
  const answer = await ask("POST", "/api/expressions/evaluate", { body: "what" });
  expect(await answer.text()).toBe("fine");
  expect(asked).toHaveBeenCalledTimes(3);
  expect(await asked.mock.calls[2]?.[0].text()).toBe("what");
});

test("it gives up in the end, and at once where the wait is long", async () => {
  answers(tooSoon("1"), tooSoon("1"), tooSoon("1"), tooSoon("1"));
  expect((await ask("GET", "/api/workflows")).status).toBe(429);
  expect(asked).toHaveBeenCalledTimes(4);
  asked.mockClear();
  answers(tooSoon("900"));
  expect((await ask("GET", "/api/workflows")).status).toBe(429);
  expect(asked).toHaveBeenCalledTimes(1);
});

test("what changes something is told at once", async () => {
  answers(tooSoon("1"));
  expect((await ask("POST", "/api/workflows")).status).toBe(429);
  expect(asked).toHaveBeenCalledTimes(1);
});

test("who leaves does not wait", async () => {
  answers(tooSoon("1"));
  const stop = new AbortController();
  const answer = patientReads(new Request("http://here/api/workflows", { signal: stop.signal }));
  await vi.advanceTimersByTimeAsync(10);
  stop.abort();
  await expect(answer).rejects.toThrow();
  expect(asked).toHaveBeenCalledTimes(1);
});
