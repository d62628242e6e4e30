// A mail server of a test's own, that keeps what it gets.
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { expect } from "@playwright/test";

export class Mailbox {
  private readonly mails: string[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Mailbox> {
    const server = createServer();
    const mailbox = new Mailbox(server);
    server.on("connection", (socket) => mailbox.speak(socket));
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return mailbox;
  }

  get url() {
    return `smtp://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close() {
    this.server.close();
  }

  /** The word behind a text, in the mail of this number. */
  async word(n: number, behind: string): Promise<string> {
    await expect.poll(() => this.mails.length).toBeGreaterThan(n);
    const text = (this.mails[n] ?? "").replace(/=\r?\n/g, "").replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
    const [, rest = ""] = text.split(behind);
    return /^[\w-]+/.exec(rest)?.[0] ?? "";
  }

  private speak(socket: Socket) {
    let text = "";
    let isMail = false;
    const say = (line: string) => socket.write(`${line}\r\n`);
    say("220 here");
    socket.on("error", () => socket.destroy());
    socket.on("data", (piece) => {
      text += piece.toString();
      for (;;) {
        const end = isMail ? "\r\n.\r\n" : "\r\n";
        const at = text.indexOf(end);
        if (at < 0) return;
        const line = text.slice(0, at);
        text = text.slice(at + end.length);
        if (isMail) {
          this.mails.push(line);
          isMail = false;
          say("250 kept");
        } else if (/^DATA/i.test(line)) {
          isMail = true;
          say("354 go on");
        } else if (/^QUIT/i.test(line)) {
          say("221 bye");
        } else {
          say("250 fine");
        }
      }
    });
  }
}
