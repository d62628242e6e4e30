// The one way to the server: typed by its own description, signed in, and with its errors as errors.
import createClient, { type Middleware } from "openapi-fetch";
import type { paths } from "./schema";
import { closed } from "./closed";
import { patientReads } from "./patience";
import { sentenceOf, silent } from "./sentences";
import { session } from "./session";
import type { ErrorBody } from "./types";

export class Failure extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details?: unknown,
    readonly requestId?: string,
  ) {
    super(message);
  }
}

const OPEN = ["/api/auth/login", "/api/auth/register", "/api/auth/refresh", "/api/auth/forgot", "/api/auth/reset", "/api/auth/verify-email", "/api/auth/email-change/confirm", "/api/auth/two-factor/sign-in", "/api/auth/providers", "/api/auth/exchange"];

const door: Middleware = {
  async onRequest({ request }) {
    if (OPEN.includes(new URL(request.url).pathname)) return;
    const token = await session.token();
    if (token) request.headers.set("authorization", `Bearer ${token}`);
    return request;
  },
  async onResponse({ request, response }) {
    if (response.status === 401 && !OPEN.includes(new URL(request.url).pathname)) session.distrust();
    if (response.ok) return;
    const found = await failure(response);
    if (found.code === "maintenance") closed.set(true);
    throw found;
  },
};

async function failure(response: Response): Promise<Failure> {
  const text = await response.text();
  try {
    const { error } = JSON.parse(text) as ErrorBody;
    return new Failure(response.status, error.code, sentenceOf(error.code, error.message), error.details, error.requestId);
  } catch {
    return new Failure(response.status, "internal", text.slice(0, 200) || response.statusText);
  }
}

const client = createClient<paths>({ baseUrl: window.location.origin, fetch: patientReads });
client.use(door);
export const api = client;

/** What an answer holds. A failure was thrown before. */
export async function body<T>(asked: Promise<{ data?: T }>): Promise<T> {
  return (await asked).data as T;
}

export const messageOf = (error: unknown): string => {
  if (error instanceof Failure) return error.message;
  if (error instanceof TypeError) return silent();
  return error instanceof Error ? error.message : String(error);
};
