import { answerJson } from "#server/api/answer";
import { formBodyOf } from "#server/api/form-body";
import type { ApiHandler, ApiRequest } from "#server/api/route";
import { answerDownload } from "#server/protocol/download";
import type { DeletedFile } from "#server/protocol/files";
import { parseListQuery, toListPage } from "#server/protocol/list";
import { deleteFile as deleteFileService } from "#server/services/files/delete-file";
import { toFileObject } from "#server/services/files/file-object";
import { getFile as getFileService } from "#server/services/files/get-file";
import { listFiles as listFilesService } from "#server/services/files/list-files";
import { openFileContent } from "#server/services/files/open-file-content";
import { uploadFile } from "#server/services/files/upload-file";

const MAX_FILES_A_PAGE = 10_000;

function fileIdOf(request: ApiRequest): string {
  return request.params.file_id ?? "";
}

/** `POST /v1/files`: multipart, streamed. */
export const createFile: ApiHandler = async (request) => {
  const row = await uploadFile({ ctx: request.ctx, input: formBodyOf(request) });
  return answerJson(request, toFileObject(row));
};

/** `GET /v1/files` */
export const listFiles: ApiHandler = async (request) => {
  const query = parseListQuery(request.query, { maxLimit: MAX_FILES_A_PAGE, defaultLimit: MAX_FILES_A_PAGE });
  const page = await listFilesService({ ctx: request.ctx, input: { query, purpose: request.query.get("purpose") } });
  return answerJson(request, toListPage(page.rows.map(toFileObject), page.hasMore));
};

/** `GET /v1/files/{file_id}` */
export const getFile: ApiHandler = async (request) =>
  answerJson(request, toFileObject(await getFileService({ ctx: request.ctx, input: { fileId: fileIdOf(request) } })));

/** `DELETE /v1/files/{file_id}`: from all vector stores too. */
export const deleteFile: ApiHandler = async (request) => {
  const id = fileIdOf(request);
  await deleteFileService({ ctx: request.ctx, input: { fileId: id } });
  const answer: DeletedFile = { id, object: "file", deleted: true };
  return answerJson(request, answer);
};

/** `GET /v1/files/{file_id}/content`: always a download that no browser interprets, whatever was uploaded. */
export const getFileContent: ApiHandler = async (request) => {
  const { file, bytes } = await openFileContent({ ctx: request.ctx, input: { fileId: fileIdOf(request) } });
  return answerDownload(file, bytes);
};
