// Whether the server is closed for a while, as the last answer said.
let isClosed = false;
const listeners = new Set<() => void>();

export const closed = {
  now: () => isClosed,
  listen(listener: () => void) {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
  set(it: boolean) {
    if (isClosed === it) return;
    isClosed = it;
    for (const listener of listeners) listener();
  },
};
