import { describe, expect, it } from "vitest";
import { textConfigurationOf } from "#server/retrieval/search/text-configuration";

describe("the language of a document's words", () => {
  it.each([
    ["german", "Die Katze sitzt auf der Matte und schläft den ganzen Tag, während der Hund im Garten spielt."],
    ["french", "Le contrat de location prend fin le premier janvier de l'année suivante, sauf accord des parties."],
    ["russian", "Договор аренды заканчивается первого января следующего года."],
    ["finnish", "Kissa istuu matolla ja nukkuu koko päivän, kun koira leikkii pihalla."],
    ["english", "The contract ends on the first of January of the following year."],
    ["simple", "Zwrot towaru jest możliwy w ciągu trzydziestu dni od dnia zakupu."],
    ["simple", "東京都は日本の首都です。人口は約1400万人です。"],
    ["english", "fn main() { let mut x = vec![1, 2, 3]; x.iter().map(|v| v + 1).collect::<Vec<_>>(); }"],
    ["english", "12 34 56"],
    ["english", ""],
  ])("is %s for %s", async (configuration, text) => {
    expect(await textConfigurationOf(text)).toBe(configuration);
  });
});
