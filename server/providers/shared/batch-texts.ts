/** Cuts a list of texts into batches of at most `texts` texts and, where a batch has several, `characters` characters. */
export function* batchTexts(list: string[], most: { texts: number; characters: number }): Generator<string[]> {
  let batch: string[] = [];
  let characters = 0;
  for (const text of list) {
    if (batch.length === most.texts || (batch.length > 0 && characters + text.length > most.characters)) {
      yield batch;
      batch = [];
      characters = 0;
    }
    batch.push(text);
    characters += text.length;
  }
  if (batch.length > 0) yield batch;
}
