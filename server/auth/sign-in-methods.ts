import { config } from "#server/config";

export interface SignInMethod {
  /** What `signIn(id)` of next-auth/react takes. */
  id: "credentials" | "github" | "google" | "oidc";
  /** To show on the button. */
  name: string;
}

/** The ways to sign in that the environment sets up: email and password always, the others when their variables are. */
export function signInMethods(): SignInMethod[] {
  const settings = config();
  const methods: SignInMethod[] = [{ id: "credentials", name: "Email and password" }];
  if (settings.GITHUB_CLIENT_ID && settings.GITHUB_CLIENT_SECRET) methods.push({ id: "github", name: "GitHub" });
  if (settings.GOOGLE_CLIENT_ID && settings.GOOGLE_CLIENT_SECRET) methods.push({ id: "google", name: "Google" });
  if (settings.OIDC_ISSUER && settings.OIDC_CLIENT_ID && settings.OIDC_CLIENT_SECRET) {
    methods.push({ id: "oidc", name: settings.OIDC_NAME });
  }
  return methods;
}
