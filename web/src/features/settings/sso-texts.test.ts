// The texts of the form of single sign-on are taken apart as people write them.
import { expect, test } from "vitest";
import { certificatesOf, listed } from "./sso-texts";

test("certificates stand one after the other, or one is bare", () => {
  const one = "-----BEGIN CERTIFICATE-----\nMIIA\n-----END CERTIFICATE-----";
  expect(certificatesOf(`${one}\n${one}\n`)).toEqual([one, one]);
  expect(certificatesOf(" MIIA ")).toEqual(["MIIA"]);
  expect(certificatesOf(" ")).toEqual([]);
});

test("domains stand between commas and lines", () => {
  expect(listed(" a.example, b.example;c.example\nd.example ")).toEqual(["a.example", "b.example", "c.example", "d.example"]);
  expect(listed("")).toEqual([]);
});
