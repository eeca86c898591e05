import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import type { ApiRoute } from "#server/api/route";
import { list, record, text } from "#server/protocol/json-values";

/** What a server's own /v1/openapi.json says of answers. */
export interface OwnDescription {
  /** What is wrong with an answer with status 200 by the description of its route. */
  faults(route: ApiRoute, body: unknown): string[];
  /** False when any JSON would do. */
  describes(route: ApiRoute): boolean;
  /** The names of the parameters that the route takes. */
  parameters(route: ApiRoute): string[];
}

const pathOf = (route: ApiRoute) => route.path.replaceAll(/:(\w+)(\{[^}]*\})?/g, "{$1}");

/** Reads the description that `document` is. */
export function ownDescription(document: unknown): OwnDescription {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: "own", ...record(document) });
  const operationOf = (route: ApiRoute) =>
    record(record(record(record(document).paths)[pathOf(route)])[route.method.toLowerCase()]);
  const schemaOf = (route: ApiRoute) => {
    const { content } = record(record(operationOf(route).responses)["200"]);
    return record(record(record(content)["application/json"]).schema);
  };
  const compiled = new Map<ApiRoute, ValidateFunction>();
  const validatorOf = (route: ApiRoute) => {
    const path = pathOf(route)
      .replaceAll("~", "~0")
      .replaceAll("/", "~1")
      .replaceAll("{", "%7B")
      .replaceAll("}", "%7D");
    const pointer = `own#/paths/${path}/${route.method.toLowerCase()}/responses/200/content/application~1json/schema`;
    const validate = compiled.get(route) ?? ajv.compile({ $ref: pointer });
    compiled.set(route, validate);
    return validate;
  };
  return {
    parameters: (route) => list(operationOf(route).parameters).map((parameter) => text(record(parameter).name)),
    describes: (route) => Object.keys(schemaOf(route)).length > 0,
    faults: (route, body) => {
      const validate = validatorOf(route);
      return validate(body)
        ? []
        : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
    },
  };
}
