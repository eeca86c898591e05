import { AppError } from "#server/errors";
import type { VertexCredential } from "#server/providers/ai-sdk/vertex-credential";
import { type Connection, PLACE_FORMS } from "#server/providers/provider";

/** Where a connection's models live. */
export interface VertexPlace {
  /** Scheme and host, without a slash at its end. */
  root: string;
  /** Before `/publishers/…` of a model's address. */
  url: string;
  location: string;
  /** null in express mode: an API key alone, which knows its project. */
  project: string | null;
}

const DEFAULT_LOCATION = "global";

/** Source: Vertex AI's "Locations": a region's own host, one for each multi-region, one for all. */
function hostOf(location: string): string {
  if (location === "global") return "aiplatform.googleapis.com";
  return location === "eu" || location === "us"
    ? `aiplatform.${location}.rep.googleapis.com`
    : `${location}-aiplatform.googleapis.com`;
}

function unusable(connection: Connection, problem: string): AppError {
  return new AppError("provider_error", `The connection "${connection.name}" ${problem}`, {
    detail: { provider: connection.name },
  });
}

/**
 * The address of a connection's project and location. A base URL of the connection's stands in the place of Google's host.
 * @throws AppError provider_error when project or location are missing or no such names
 */
export function openVertexPlace(connection: Connection, credential: VertexCredential): VertexPlace {
  const location = connection.settings?.location ?? DEFAULT_LOCATION;
  if (!PLACE_FORMS.location.test(location))
    throw unusable(connection, "has no usable location: give it global or a region such as europe-west1.");
  const own = credential.type === "service_account" ? credential.projectId : null;
  const project = connection.settings?.project ?? own;
  if (project === null && credential.type === "service_account")
    throw unusable(connection, "has no project: name the Google Cloud project.");
  if (project !== null && !PLACE_FORMS.project.test(project))
    throw unusable(connection, "has no usable project: give it the id of a Google Cloud project.");
  const root = (connection.baseUrl ?? `https://${hostOf(location)}`).replace(/\/+$/, "");
  const url = project === null ? `${root}/v1` : `${root}/v1beta1/projects/${project}/locations/${location}`;
  return { root, url, location, project };
}
