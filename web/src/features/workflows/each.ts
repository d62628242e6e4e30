// The same done with many things.
import { messageOf } from "~/api/client";

/** One after the other, so that many do not crowd the server; one that fails stops no other. Gives what failed. */
export async function each<T>(all: T[], work: (it: T) => Promise<unknown>): Promise<string[]> {
  const faults: string[] = [];
  for (const it of all) {
    try {
      await work(it);
    } catch (error) {
      faults.push(messageOf(error));
    }
  }
  return faults;
}
