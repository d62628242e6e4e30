// A route goes through its form and is the same.
import { expect, test } from "vitest";
import { draftOf, fieldsOf, type Route } from "./gateway-draft";

const route: Route = {
  id: "route_1",
  name: "Shop",
  path: "/shop/:id/*",
  methods: ["GET"],
  enabled: false,
  limits: { caller: "10/min", together: null },
  request: {
    headers: [{ action: "rename", name: "x-old", to: "x-new" }, { action: "remove", name: "x-gone" }],
    fields: [{ action: "add", path: "a.b", value: { c: [1, null] } }, { action: "add", path: "text", value: "plain" }, { action: "add", path: "digits", value: "12" }],
  },
  response: { headers: [{ action: "add", name: "x-shop", value: "1" }], fields: [{ action: "rename", path: "a", to: "b" }] },
  upstream: { url: "https://a.example", access: "everybody", credentialId: "cred_1", timeoutMs: 1500, bodyBytesMax: 2048, answerBytesMax: 4096, retries: 0 },
  address: "https://flows.example/gateway/shop/:id/*",
  health: null,
  createdAt: "2026-01-01T00:00:00Z",
  updatedAt: "2026-01-01T00:00:00Z",
};

test("a route goes through its form and is the same", () => {
  const { name, path, methods, enabled, limits, request, response, upstream } = route;
  expect(fieldsOf(draftOf(route))).toEqual({ name, path, methods, enabled, limits, request, response, upstream });
});

test("what is a webhook's has no service, and a new one is a service's", () => {
  expect(fieldsOf(draftOf({ ...route, upstream: null })).upstream).toBeNull();
  const fresh = fieldsOf({ ...draftOf(), name: "A", url: "https://a.example" });
  expect(fresh.upstream).toMatchObject({ access: "key", credentialId: null, timeoutMs: 30000, bodyBytesMax: 1048576, answerBytesMax: 67108864, retries: 2 });
  expect(fresh.limits).toEqual({ caller: null, together: null });
});
