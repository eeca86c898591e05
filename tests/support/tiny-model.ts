import protobuf from "protobufjs";

/** Of the ONNX file format what a graph of one look-up needs. Source: onnx.proto3 of ONNX 1.16. */
const SCHEMA = `
syntax = "proto3";
message ModelProto { int64 ir_version = 1; repeated OperatorSetId opset_import = 8; GraphProto graph = 7; }
message OperatorSetId { string domain = 1; int64 version = 2; }
message GraphProto {
  repeated NodeProto node = 1; string name = 2; repeated TensorProto initializer = 5;
  repeated ValueInfo input = 11; repeated ValueInfo output = 12;
}
message NodeProto { repeated string input = 1; repeated string output = 2; string op_type = 4; }
message TensorProto { repeated int64 dims = 1; int32 data_type = 2; string name = 8; bytes raw_data = 9; }
message ValueInfo { string name = 1; TypeProto type = 2; }
message TypeProto { TensorType tensor_type = 1; }
message TensorType { int32 elem_type = 1; TensorShape shape = 2; }
message TensorShape { repeated Dimension dim = 1; }
message Dimension { int64 dim_value = 1; string dim_param = 2; }
`;
const FLOAT = 1;
const INT64 = 7;
const NAMED_AXES = [{ dimParam: "batch" }, { dimParam: "length" }];

/** Words of one line mean the same: they have the same vector. */
const MEANINGS = [
  ["[PAD]"],
  ["[UNK]"],
  ["car", "automobile", "vehicle"],
  ["doctor", "physician", "medic"],
  ["boat", "ship", "vessel"],
  ["repairs", "mends", "fixes"],
  ["storm", "tempest", "gale"],
];
export const TINY_DIMENSIONS = MEANINGS.length;

/** The words with their numbers, as the tokenizer gives them to the model. */
const VOCABULARY = MEANINGS.flat();

/** Row `n`: the vector of word `n`, 1 in the place of its meaning. */
function wordVectors(): Buffer {
  const rows = VOCABULARY.map((word) => MEANINGS.map((words) => (words.includes(word) && word !== "[UNK]" ? 1 : 0)));
  return Buffer.from(Float32Array.from(rows.flat()).buffer);
}

/** A model in ONNX: looks the vector of each word up. What is made of them (the mean) is not in it. */
function onnxModel(): Uint8Array {
  const Model = protobuf.parse(SCHEMA).root.lookupType("ModelProto");
  const tokens = (name: string) => ({ name, type: { tensorType: { elemType: INT64, shape: { dim: NAMED_AXES } } } });
  const shape = { dim: [...NAMED_AXES, { dimValue: TINY_DIMENSIONS }] };
  const graph = {
    name: "tiny",
    node: [{ opType: "Gather", input: ["words", "input_ids"], output: ["last_hidden_state"] }],
    initializer: [
      { name: "words", dataType: FLOAT, dims: [VOCABULARY.length, TINY_DIMENSIONS], rawData: wordVectors() },
    ],
    input: [tokens("input_ids"), tokens("attention_mask")],
    output: [{ name: "last_hidden_state", type: { tensorType: { elemType: FLOAT, shape } } }],
  };
  return Model.encode(Model.fromObject({ irVersion: 8, opsetImport: [{ domain: "", version: 17 }], graph })).finish();
}

const CONFIG = { model_type: "bert", architectures: ["BertModel"], hidden_size: TINY_DIMENSIONS, vocab_size: 99 };

const TOKENIZER = {
  version: "1.0",
  truncation: null,
  padding: null,
  added_tokens: ["[PAD]", "[UNK]"].map((content, id) => ({
    ...{ id, content, special: true },
    ...{ single_word: false, lstrip: false, rstrip: false, normalized: false },
  })),
  normalizer: { type: "Lowercase" },
  pre_tokenizer: { type: "Whitespace" },
  post_processor: null,
  decoder: null,
  model: {
    type: "WordLevel",
    unk_token: "[UNK]",
    vocab: Object.fromEntries(VOCABULARY.map((word, id) => [word, id])),
  },
};

const TOKENIZER_CONFIG = {
  tokenizer_class: "PreTrainedTokenizerFast",
  ...{ pad_token: "[PAD]", unk_token: "[UNK]", model_max_length: 64 },
};

/** The files of a real, tiny embedding model that knows a few words, as a hub has them, by their path. */
export function tinyModelFiles(): Map<string, Buffer> {
  const json = (value: unknown) => Buffer.from(JSON.stringify(value));
  return new Map([
    ["README.md", Buffer.from("# Tiny")],
    ["config.json", json(CONFIG)],
    ["onnx/model.onnx", Buffer.from(onnxModel())],
    ["pytorch_model.bin", Buffer.from("not for us")],
    ["tokenizer.json", json(TOKENIZER)],
    ["tokenizer_config.json", json(TOKENIZER_CONFIG)],
  ]);
}
