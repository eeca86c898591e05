import NextAuth from "next-auth";
import { createAuthOptions } from "#server/auth/next-auth-options";

export interface AuthAnswer {
  status: number;
  /** Where it redirects to, or the `url` of a JSON answer. */
  location: string | null;
  body: Record<string, unknown>;
}

/**
 * What a browser does with /api/auth, without HTTP: calls next-auth with this server's own options and keeps cookies.
 */
export class AuthBrowser {
  readonly cookies = new Map<string, string>();
  /** The Set-Cookie lines of the last answer. */
  setCookies: string[] = [];
  private readonly origin: string;
  private readonly address: string;

  constructor({ origin = "http://localhost:8080", address = "127.0.0.1" } = {}) {
    this.origin = origin;
    this.address = address;
  }

  get cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("; ");
  }

  /** `signIn(provider, { redirect: false, … })` of next-auth/react. */
  async signIn(provider: string, fields: Record<string, string>): Promise<AuthAnswer & { error: string | null }> {
    const { csrfToken } = (await this.request("GET", "csrf")).body;
    const action = provider === "credentials" ? `callback/${provider}` : `signin/${provider}`;
    const answer = await this.request("POST", action, { ...fields, csrfToken: String(csrfToken), json: "true" });
    const error = new URL(answer.location ?? "", this.origin).searchParams.get("error");
    return { ...answer, error };
  }

  async signOut(): Promise<AuthAnswer> {
    const { csrfToken } = (await this.request("GET", "csrf")).body;
    return this.request("POST", "signout", { csrfToken: String(csrfToken), json: "true" });
  }

  async request(method: "GET" | "POST", action: string, body: Record<string, string> = {}): Promise<AuthAnswer> {
    const url = new URL(`/api/auth/${action}`, this.origin);
    const headers = {
      host: url.host,
      "x-forwarded-host": url.host,
      "x-forwarded-proto": url.protocol.slice(0, -1),
      "x-forwarded-for": this.address,
      "user-agent": "test browser",
      cookie: this.cookieHeader,
    };
    const query = { ...Object.fromEntries(url.searchParams), nextauth: url.pathname.split("/").slice(3) };
    const request = { method, query, body, headers, cookies: Object.fromEntries(this.cookies) };
    const answer: AuthAnswer = { status: 200, location: null, body: {} };
    await Reflect.apply(NextAuth, undefined, [request, this.response(answer), createAuthOptions(new Headers(headers))]);
    return answer;
  }

  private response(answer: AuthAnswer) {
    const headers = new Map<string, string | string[]>();
    const response = {
      status(code: number) {
        answer.status = code;
        return response;
      },
      getHeader: (name: string) => headers.get(name.toLowerCase()),
      setHeader: (name: string, value: string | string[]) => {
        headers.set(name.toLowerCase(), value);
        if (name.toLowerCase() === "set-cookie") this.keep([value].flat());
        if (name === "Location") answer.location = String(value);
        return response;
      },
      json(body: Record<string, unknown>) {
        answer.body = body;
        if (typeof body.url === "string") answer.location = body.url;
      },
      send(body: unknown) {
        if (typeof body === "object" && body !== null) answer.body = { ...body };
      },
      end() {},
    };
    return response;
  }

  private keep(lines: string[]): void {
    this.setCookies = lines;
    for (const line of lines) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === "") this.cookies.delete(name);
      else this.cookies.set(name, decodeURIComponent(value));
    }
  }
}
