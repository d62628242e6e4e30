// Live events with socket.io's own client, against the real binary: by WebSocket, and by polling first.
import { expect, test } from "@playwright/test";
import { io, type Socket } from "socket.io-client";
import { Server } from "./server";

interface Status {
  workflowId: string;
  executionId: string;
  status: string;
}

test("socket.io's client hears a run of its workspace, and nobody without a token hears anything", async ({ request }) => {
  const server = await Server.start(["--rate-auth", "off"]);
  const sockets: Socket[] = [];
  const connect = (options: object) => {
    const socket = io(server.url, { reconnection: false, ...options });
    sockets.push(socket);
    return socket;
  };
  try {
    const registered = await request.post(`${server.url}/api/auth/register`, { data: { email: "ada@example.com", password: "nine lemons at dawn", name: "Ada" } });
    const { accessToken, workspace } = (await registered.json()) as { accessToken: string; workspace: { id: string } };
    const headers = { authorization: `Bearer ${accessToken}` };

    const stranger = connect({ auth: { workspaceId: workspace.id } });
    const why = await new Promise<Error>((done) => stranger.once("connect_error", done));
    expect(why.message).toContain("sign in");

    const made = await request.post(`${server.url}/api/workflows`, { headers, data: { name: "Watched", nodes: [{ name: "Start", type: "trigger.manual", position: [0, 0], parameters: {} }], connections: [] } });
    const { id } = (await made.json()) as { id: string };
    for (const transports of [["websocket"], ["polling", "websocket"]]) {
      const socket = connect({ transports, auth: { token: accessToken, workspaceId: workspace.id } });
      await new Promise((done) => socket.once("connect", () => done(undefined)));
      expect(await socket.timeout(30_000).emitWithAck("subscribe-workflow", id)).toEqual({ ok: true });
      const states: string[] = [];
      socket.on("workflow.status", (it: Status) => states.push(it.status));
      const ended = new Promise((done) => socket.on("execution-update", (it: { kind: string; status?: string }) => it.kind === "ended" && done(it.status)));
      await request.post(`${server.url}/api/workflows/${id}/execute`, { headers, data: {} });
      expect(await ended).toBe("success");
      expect(states).toContain("success");
      socket.close();
    }

    // Whose session ends hears no more.
    const last = connect({ transports: ["websocket"], auth: { token: accessToken } });
    await new Promise((done) => last.once("connect", () => done(undefined)));
    const gone = new Promise((done) => last.once("disconnect", done));
    await request.post(`${server.url}/api/auth/logout`, { headers });
    await gone;
  } finally {
    for (const it of sockets) it.close();
    await server.close();
  }
});
