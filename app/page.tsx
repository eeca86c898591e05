import { redirect } from "next/navigation";

/** The dashboard begins at the overview. */
export default function HomePage() {
  redirect("/overview");
}
