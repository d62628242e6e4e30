// Who has signed in here. The access token lives in memory only; the refresh token is kept so that a
// reload goes on, and is exchanged by one tab at a time, because it counts once.
import { patient } from "./patience";
import type { SignedIn } from "./types";

const KEPT = "tailorbird.refresh";
/** Exchanged this long before its end, so that no request travels with one that just ended. */
const EARLY_MS = 30_000;

interface Access {
  token: string;
  endsAt: number;
}

let access: Access | undefined;
let asking: Promise<Access | undefined> | undefined;
const listeners = new Set<(isRefused: boolean) => void>();

export const session = {
  isKept: () => localStorage.getItem(KEPT) !== null,
  /** Tells whether the server took it no more; otherwise the person has ended it. */
  onEnd(listener: (isRefused: boolean) => void) {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
  begin(signedIn: SignedIn) {
    localStorage.setItem(KEPT, signedIn.refreshToken);
    renew(signedIn.accessToken, signedIn.expiresIn);
  },
  /** The same session, in another workspace. */
  renew,
  end(isRefused = false) {
    access = undefined;
    localStorage.removeItem(KEPT);
    for (const listener of listeners) listener(isRefused);
  },
  async token(): Promise<string | undefined> {
    if (access && access.endsAt - EARLY_MS > Date.now()) return access.token;
    return (await refresh())?.token;
  },
  /** The server did not take the token: the next request fetches another. */
  distrust() {
    access = undefined;
  },
};

function renew(token: string, expiresInSeconds: number) {
  access = { token, endsAt: Date.now() + expiresInSeconds * 1000 };
}

function refresh(): Promise<Access | undefined> {
  asking ??= exclusive(exchange).finally(() => (asking = undefined));
  return asking;
}

/** Two tabs must not send one refresh token twice: the server would take it for stolen. */
function exclusive<T>(work: () => Promise<T>): Promise<T> {
  return navigator.locks ? (navigator.locks.request(KEPT, work) as Promise<T>) : work();
}

async function exchange(): Promise<Access | undefined> {
  // Read inside the lock: another tab may have exchanged it meanwhile.
  const refreshToken = localStorage.getItem(KEPT);
  if (!refreshToken) return undefined;
  const answer = await patient(
    new Request("/api/auth/refresh", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ refreshToken }),
    }),
  );
  if (answer.ok) {
    session.begin((await answer.json()) as SignedIn);
    return access;
  }
  // Only a refusal ends the session; a server that restarts does not.
  if (answer.status === 401 || answer.status === 403) session.end(true);
  else throw new TypeError("the server does not answer");
  return undefined;
}
