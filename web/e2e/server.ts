// A server of a test's own, on an empty folder, that the test may kill.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "@playwright/test";

export class Server {
  private child?: ChildProcess;
  private readonly folder = mkdtempSync(join(tmpdir(), "tailorbird-e2e."));

  private constructor(
    private readonly port: number,
    private readonly options: string[],
  ) {}

  /** With options that may want to know the port. */
  static async start(options: string[] | ((port: number) => string[]) = []): Promise<Server> {
    const port = await freePort();
    const server = new Server(port, typeof options === "function" ? options(port) : options);
    await server.run();
    return server;
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts on the same folder and address as before. */
  async run() {
    const bin = process.env.TAILORBIRD_BIN ?? "../target/debug/tailorbird";
    this.child = spawn(bin, ["serve", "--data", this.folder, "--listen", `127.0.0.1:${this.port}`, "--allow-private-addresses", "--log", "error", ...this.options], { stdio: "ignore" });
    await expect.poll(() => fetch(`${this.url}/healthz`).then((it) => it.ok, () => false), { timeout: 60_000 }).toBe(true);
  }

  /** As when the machine loses power: nothing is said good-bye to. */
  async kill() {
    const { child } = this;
    // It may have been killed before.
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((done) => child.once("exit", done));
    child.kill("SIGKILL");
    await ended;
  }

  async close() {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
