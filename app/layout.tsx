import { CSPProvider } from "@base-ui/react/csp-provider";
import { GeistMono } from "geist/font/mono";
import { GeistSans } from "geist/font/sans";
import type { Metadata, Viewport } from "next";
import { cookies, headers } from "next/headers";
import type { ReactNode } from "react";
import { readTheme, themeCookie } from "#components/theme";
import { ApiProvider } from "#components/trpc/provider";
import { ToastRegion } from "#components/ui/toast";
import { TooltipRegion } from "#components/ui/tooltip";
import "./globals.css";

export const metadata: Metadata = {
  title: { default: "Rejoinder", template: "%s · Rejoinder" },
  description: "Self-hosted platform for the Responses API",
};

export const viewport: Viewport = { width: "device-width", initialScale: 1, colorScheme: "light dark" };

/** The document. The theme is an attribute the server writes from a cookie, so nothing flashes and no script is needed. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const theme = readTheme((await cookies()).get(themeCookie)?.value);
  const nonce = (await headers()).get("x-nonce") ?? undefined;
  return (
    <html
      lang="en"
      data-theme={theme === "system" ? undefined : theme}
      className={`${GeistSans.variable} ${GeistMono.variable}`}
    >
      <body>
        <CSPProvider nonce={nonce} disableStyleElements>
          <ApiProvider>
            <TooltipRegion>
              <ToastRegion>
                <div className="isolate min-h-dvh">{children}</div>
              </ToastRegion>
            </TooltipRegion>
          </ApiProvider>
        </CSPProvider>
      </body>
    </html>
  );
}
