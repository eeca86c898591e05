/** A model that says how well each of some documents fits a query. */
export interface RerankModel {
  readonly modelId: string;
  /**
   * The scores, 0 to 1, in the order of the documents.
   * @throws AppError provider_error, provider_auth_error, provider_timeout; the signal's reason on abort
   */
  rerank(query: string, documents: readonly string[], options: { signal: AbortSignal }): Promise<number[]>;
}
