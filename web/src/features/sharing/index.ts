// Sharing of workflows and credentials.
export { ShareDialog } from "./dialog";
export { RestrictedMark } from "./mark";
export { sharingQuery, useMayWith } from "./known";
