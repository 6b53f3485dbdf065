using System.Text.Json;
using System.Text.Json.Nodes;

namespace Resift.Local.Tests.Models;

/// <summary>Writes a tiny model with every file that is read of a folder.</summary>
internal static class FullFolder
{
    /// <summary>Writes a cross-encoder, or an embedder for 0 labels.</summary>
    public static void Write(string folder, int labels, string modelType = "bert")
    {
        bool isEmbedder = labels == 0;
        new TinyModel { ModelType = modelType, Labels = labels, Pooling = isEmbedder ? "mean" : null, MaxTokens = 24 }.Write(folder);
        WriteTokenizer(folder);
        Text("README.md", "---\nlicense: mit\n---\n# Card\n");
        Text("special_tokens_map.json", """{"cls_token": "[CLS]", "sep_token": {"content": "[SEP]", "lstrip": false}}""");
        Text("sentence_bert_config.json", """{"max_seq_length": 20, "do_lower_case": false}""");
        Text("config_sentence_transformers.json", isEmbedder
            ? """{"model_type": "SentenceTransformer", "prompts": {"query": "q ", "document": ""}, "similarity_fn_name": "cosine"}"""
            : """{"model_type": "CrossEncoder", "prompts": {}, "activation_fn": "torch.nn.modules.linear.Identity"}""");
        if (!isEmbedder)
        {
            Text("modules.json", """
                [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.base.modules.transformer.Transformer"}]
                """);
            Text(LocalCalibration.FileName, """{"version": 1, "kind": "platt", "slope": 0.5, "intercept": 0.1}""");
        }

        void Text(string name, string content) => File.WriteAllText(Path.Combine(folder, name), content);
    }

    /// <summary>Writes the <c>tokenizer.json</c> that says what the folder's <c>vocab.txt</c> says.</summary>
    public static void WriteTokenizer(string folder)
    {
        string[] tokens = File.ReadAllLines(Path.Combine(folder, "vocab.txt"));
        var json = new JsonObject
        {
            ["added_tokens"] = new JsonArray(new JsonObject { ["id"] = 4, ["content"] = "[MASK]", ["lstrip"] = true }),
            ["normalizer"] = JsonNode.Parse(
                """{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true}"""),
            ["pre_tokenizer"] = JsonNode.Parse("""{"type":"BertPreTokenizer"}"""),
            ["post_processor"] = JsonNode.Parse("""
                {"type":"TemplateProcessing",
                 "single":[{"SpecialToken":{"id":"[CLS]","type_id":0}},{"Sequence":{"id":"A","type_id":0}},
                           {"SpecialToken":{"id":"[SEP]","type_id":0}}],
                 "pair":[{"SpecialToken":{"id":"[CLS]","type_id":0}},{"Sequence":{"id":"A","type_id":0}},
                         {"SpecialToken":{"id":"[SEP]","type_id":0}},
                         {"Sequence":{"id":"B","type_id":1}},{"SpecialToken":{"id":"[SEP]","type_id":1}}]}
                """),
            ["model"] = new JsonObject
            {
                ["type"] = "WordPiece",
                ["unk_token"] = "[UNK]",
                ["continuing_subword_prefix"] = "##",
                ["max_input_chars_per_word"] = 100,
                ["vocab"] = new JsonObject(tokens.Select((token, id) => KeyValuePair.Create(token, (JsonNode?)id))),
            },
        };
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), json.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
    }
}
