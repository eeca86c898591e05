import { answerJson } from "#server/api/answer";
import { formBodyOf } from "#server/api/form-body";
import type { ApiHandler, ApiRequest } from "#server/api/route";
import { CreateContainerBody, CreateContainerFileBody } from "#server/protocol/containers";
import { answerDownload } from "#server/protocol/download";
import { parseListQuery, toListPage } from "#server/protocol/list";
import { validate } from "#server/protocol/validate";
import { addContainerFile } from "#server/services/containers/add-container-file";
import {
  requireContainer,
  toContainerFileObject,
  toContainerObject,
} from "#server/services/containers/container-object";
import { createContainer as createContainerService } from "#server/services/containers/create-container";
import { deleteContainer as deleteContainerService } from "#server/services/containers/delete-container";
import { deleteContainerFile as deleteFileService } from "#server/services/containers/delete-container-file";
import { getContainerFile as getFileService, openContainerFile } from "#server/services/containers/get-container-file";
import { listContainerFiles as listFilesService } from "#server/services/containers/list-container-files";
import { listContainers as listContainersService } from "#server/services/containers/list-containers";

function containerIdOf(request: ApiRequest): string {
  return request.params.container_id ?? "";
}

function fileOf(request: ApiRequest): { containerId: string; fileId: string } {
  return { containerId: containerIdOf(request), fileId: request.params.file_id ?? "" };
}

/** `POST /v1/containers` */
export const createContainer: ApiHandler = async (request) => {
  const input = validate(CreateContainerBody, await request.json());
  return answerJson(request, toContainerObject(await createContainerService({ ctx: request.ctx, input })));
};

/** `GET /v1/containers` */
export const listContainers: ApiHandler = async (request) => {
  const input = { query: parseListQuery(request.query), name: request.query.get("name") };
  const page = await listContainersService({ ctx: request.ctx, input });
  return answerJson(request, toListPage(page.rows.map(toContainerObject), page.hasMore));
};

/** `GET /v1/containers/{container_id}` */
export const getContainer: ApiHandler = async (request) =>
  answerJson(request, toContainerObject(await requireContainer(request.ctx, containerIdOf(request))));

/** `DELETE /v1/containers/{container_id}` */
export const deleteContainer: ApiHandler = async (request) => {
  const id = containerIdOf(request);
  await deleteContainerService({ ctx: request.ctx, input: { containerId: id } });
  return answerJson(request, { id, object: "container.deleted", deleted: true });
};

/** `POST /v1/containers/{container_id}/files`: a form with the file, or JSON that names one of the team's. */
export const createContainerFile: ApiHandler = async (request) => {
  const containerId = containerIdOf(request);
  const isForm = /^multipart\//i.test(request.headers.get("content-type") ?? "");
  const source = isForm
    ? { form: formBodyOf(request) }
    : { fileId: validate(CreateContainerFileBody, await request.json()).file_id };
  const row = await addContainerFile({ ctx: request.ctx, input: { containerId, source } });
  return answerJson(request, toContainerFileObject(containerId, row));
};

/** `GET /v1/containers/{container_id}/files` */
export const listContainerFiles: ApiHandler = async (request) => {
  const containerId = containerIdOf(request);
  const query = parseListQuery(request.query);
  const page = await listFilesService({ ctx: request.ctx, input: { containerId, query } });
  const files = page.rows.map((row) => toContainerFileObject(containerId, row));
  return answerJson(request, toListPage(files, page.hasMore));
};

/** `GET /v1/containers/{container_id}/files/{file_id}` */
export const getContainerFile: ApiHandler = async (request) => {
  const row = await getFileService({ ctx: request.ctx, input: fileOf(request) });
  return answerJson(request, toContainerFileObject(containerIdOf(request), row));
};

/** `DELETE /v1/containers/{container_id}/files/{file_id}` */
export const deleteContainerFile: ApiHandler = async (request) => {
  const input = fileOf(request);
  await deleteFileService({ ctx: request.ctx, input });
  return answerJson(request, { id: input.fileId, object: "container.file.deleted", deleted: true });
};

/** `GET /v1/containers/{container_id}/files/{file_id}/content`: always a download that no browser interprets. */
export const getContainerFileContent: ApiHandler = async (request) => {
  const { file, bytes } = await openContainerFile({ ctx: request.ctx, input: fileOf(request) });
  const filename = file.path.slice(file.path.lastIndexOf("/") + 1);
  return answerDownload({ filename, bytes: file.bytes }, bytes);
};
