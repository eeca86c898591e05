import { answerJson } from "#server/api/answer";
import { formBodyOf } from "#server/api/form-body";
import type { ApiHandler, ApiRequest } from "#server/api/route";
import { CompleteUploadBody, CreateUploadBody } from "#server/protocol/uploads";
import { validate } from "#server/protocol/validate";
import { addPart } from "#server/services/uploads/add-part";
import { cancelUpload as cancelUploadService } from "#server/services/uploads/cancel-upload";
import { completeUpload as completeUploadService } from "#server/services/uploads/complete-upload";
import { createUpload as createUploadService } from "#server/services/uploads/create-upload";
import { toUploadObject } from "#server/services/uploads/upload-object";

function uploadIdOf(request: ApiRequest): string {
  return request.params.upload_id ?? "";
}

/** `POST /v1/uploads` */
export const createUpload: ApiHandler = async (request) => {
  const input = validate(CreateUploadBody, await request.json());
  return answerJson(request, toUploadObject(await createUploadService({ ctx: request.ctx, input })));
};

/** `POST /v1/uploads/{upload_id}/parts`: multipart, streamed. */
export const createUploadPart: ApiHandler = async (request) => {
  const input = { ...formBodyOf(request), uploadId: uploadIdOf(request) };
  return answerJson(request, await addPart({ ctx: request.ctx, input }));
};

/** `POST /v1/uploads/{upload_id}/complete` */
export const completeUpload: ApiHandler = async (request) => {
  const body = validate(CompleteUploadBody, await request.json());
  const input = { uploadId: uploadIdOf(request), partIds: body.part_ids, md5: body.md5 ?? null };
  const { upload, file } = await completeUploadService({ ctx: request.ctx, input });
  return answerJson(request, toUploadObject(upload, file));
};

/** `POST /v1/uploads/{upload_id}/cancel` */
export const cancelUpload: ApiHandler = async (request) => {
  const row = await cancelUploadService({ ctx: request.ctx, input: { uploadId: uploadIdOf(request) } });
  return answerJson(request, toUploadObject(row));
};
