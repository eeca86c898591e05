import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files of tests that take longest, the longest first. */
const LONGEST = [
  "killed-ingests.db.test.ts",
  "commands.db.test.ts",
  "retrieval-quality.db.test.ts",
  "tenancy.db.test.ts",
  "background-process.test.ts",
  "process.test.ts",
];

function placeOf({ moduleId }: TestSpecification): number {
  const place = LONGEST.findIndex((name) => moduleId.endsWith(`/${name}`));
  return place < 0 ? LONGEST.length : place;
}

/** Begins with what takes longest, so that no core waits for it at the end. vitest itself knows that of earlier runs only. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => placeOf(one) - placeOf(other));
  }
}
