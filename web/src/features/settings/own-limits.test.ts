// Limits of a workspace's own, from the server to the form and back.
import { expect, test } from "vitest";
import { faultsIn, ownOf, textsOf } from "./own-limits";

test("what is read is what is written, and what the form does not show stays", () => {
  const own = { members: 5, storageBytes: 3 * 1024 * 1024, workflows: null, agents: 7 };
  const texts = textsOf(own);
  expect(texts).toEqual({ members: "5", storageBytes: "3", workflows: "none" });
  expect(ownOf(texts, own)).toEqual(own);
  expect(ownOf({ ...texts, members: "", credits: "0" }, own)).toEqual({ storageBytes: own.storageBytes, workflows: null, credits: 0, agents: 7 });
});

test("a limit is a whole number, and nobody may ask less than once a minute", () => {
  expect(faultsIn({ members: "5", executions: "", workflows: "none", credits: "0" })).toEqual([]);
  expect(faultsIn({ members: "-1", executions: "1.5", workflows: "many", credits: " ", requestsPerMinute: "0" })).toEqual(["executions", "workflows", "members", "credits", "requestsPerMinute"]);
  expect(faultsIn({ storageBytes: "0.5" })).toEqual([]);
});
