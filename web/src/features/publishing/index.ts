// What is published of a workflow, and the way back from it.
export { useLive } from "./live";
export { useOthersLive } from "./others";
