// What the browser keeps of one's work from one visit to the next: large things under a key, the newest only, and
// nothing once somebody signs out. Where the browser keeps nothing, as in a private window, all of it is simply not there.
const NAME = "tailorbird";
const THINGS = "things";
const AGE = "at";
/** The oldest go first. */
const THINGS_MAX = 20;

interface Thing {
  key: string;
  at: number;
  value: unknown;
}

let opened: Promise<IDBDatabase | undefined> | undefined;

function open(): Promise<IDBDatabase | undefined> {
  opened ??= new Promise((done) => {
    const asked = globalThis.indexedDB?.open(NAME, 1);
    if (!asked) return done(undefined);
    asked.onupgradeneeded = () => asked.result.createObjectStore(THINGS, { keyPath: "key" }).createIndex(AGE, AGE);
    asked.onsuccess = () => {
      // A tab with a newer app may want to change what is here.
      asked.result.onversionchange = () => {
        asked.result.close();
        opened = undefined;
      };
      done(asked.result);
    };
    asked.onerror = asked.onblocked = () => done(undefined);
  });
  return opened;
}

/** One step on the shelf; what goes wrong there is as if nothing had been kept. */
async function on<T>(mode: IDBTransactionMode, work: (things: IDBObjectStore, done: (it: T) => void) => void): Promise<T | undefined> {
  const shelf = await open();
  if (!shelf) return undefined;
  return new Promise((done) => {
    try {
      let found: T | undefined;
      const step = shelf.transaction(THINGS, mode);
      work(step.objectStore(THINGS), (it) => (found = it));
      step.oncomplete = () => done(found);
      step.onerror = step.onabort = () => done(undefined);
    } catch {
      // The browser has just closed it, or cannot write such a thing.
      done(undefined);
    }
  });
}

export const shelf = {
  read: (key: string) =>
    on<unknown>("readonly", (things, done) => {
      const asked = things.get(key) as IDBRequest<Thing | undefined>;
      asked.onsuccess = () => done(asked.result?.value);
    }),
  put: (key: string, value: unknown) =>
    on<never>("readwrite", (things) => {
      things.put({ key, at: Date.now(), value } satisfies Thing);
      const asked = things.index(AGE).getAllKeys();
      asked.onsuccess = () => {
        for (const old of asked.result.slice(0, -THINGS_MAX)) things.delete(old);
      };
    }),
  drop: (key: string) => on<never>("readwrite", (things) => void things.delete(key)),
  clear: () => on<never>("readwrite", (things) => void things.clear()),
};
