export type Theme = "system" | "light" | "dark";

export const themeCookie = "rejoinder-theme";

/** The theme a cookie value stands for; anything unknown is the system's. */
export function readTheme(value: string | undefined): Theme {
  return value === "light" || value === "dark" ? value : "system";
}

/** Puts a theme in force at once and keeps it for a year (browser only). */
export function applyTheme(theme: Theme): void {
  const root = document.documentElement;
  if (theme === "system") root.removeAttribute("data-theme");
  else root.setAttribute("data-theme", theme);
  writeCookie(themeCookie, theme);
}

/** Keeps a preference that the server needs for its first render, for a year (browser only). */
export function writeCookie(name: string, value: string): void {
  // `cookieStore` exists only in secure contexts, which a LAN address over http is not.
  Reflect.set(document, "cookie", `${name}=${encodeURIComponent(value)}; path=/; max-age=31536000; samesite=lax`);
}
