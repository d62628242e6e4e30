// Items, looked at: as a table, as JSON, or by their fields.
export { Items } from "./items";
