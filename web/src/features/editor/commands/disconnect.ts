// Takes a wire away.
import type { Connection } from "~/api/types";
import { wiresOf, type Change } from "../model/document";
import { same } from "./connect";

export const disconnect = (wire: Connection): Change => (doc) => ({ ...doc, connections: wiresOf(doc).filter((it) => !same(it, wire)) });
