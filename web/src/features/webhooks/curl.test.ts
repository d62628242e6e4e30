// A request becomes a command that says the same, whatever quotes stand in it.
import { expect, test } from "vitest";
import { curl, queryOf } from "./curl";

test("a request with everything", () => {
  const text = curl({
    method: "POST",
    url: "http://localhost/webhook/order",
    headers: { host: "localhost", "content-type": "application/json", authorization: "…" },
    query: { a: ["1", "2"], b: { c: "x y" } },
    body: `{"name":"O'Hara"}`,
  });
  expect(text).toBe(
    [
      "curl -X POST 'http://localhost/webhook/order?a=1&a=2&b%5Bc%5D=x+y'",
      "-H 'content-type: application/json'",
      "-H 'authorization: <secret>'",
      `--data-raw '{"name":"O'\\''Hara"}'`,
    ].join(" \\\n  "),
  );
});

test("a request with nothing", () => {
  expect(curl({ method: "GET", url: "http://localhost/webhook/ping" })).toBe("curl -X GET 'http://localhost/webhook/ping'");
  expect(queryOf(null)).toBe("");
});
