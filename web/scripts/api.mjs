// Writes the types of the API from the server's own description: `tailorbird openapi | npm run api`.
// They are made anew before each type check, so they cannot be older than the server.
import { writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";

let read = "";
for await (const piece of process.stdin.setEncoding("utf8")) read += piece;
const description = JSON.parse(read);
const text = astToString(await openapiTS(description));
writeFileSync(new URL("../src/api/schema.ts", import.meta.url), `// Generated from the server's description of its API.\n${text}`);
