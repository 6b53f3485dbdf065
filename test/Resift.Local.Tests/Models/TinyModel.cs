using System.Text.Json.Nodes;

namespace Resift.Local.Tests.Models;

/// <summary>Writes model folders of any size with weights that depend on nothing but the seed and the sizes.</summary>
internal sealed record TinyModel
{
    /// <summary>
    /// Gets <c>bert</c>, <c>electra</c>, <c>roberta</c>, <c>distilbert</c>, <c>mpnet</c>, <c>deberta-v2</c>, <c>modernbert</c>,
    /// <c>qwen2</c>, <c>qwen3</c>, <c>t5</c>, or <c>jina</c>, which is stored as <c>bert</c>.
    /// </summary>
    public string ModelType { get; init; } = "bert";

    public int HiddenSize { get; init; } = 16;

    /// <summary>Gets the width of the embedding tables of an ELECTRA model; null for the hidden size.</summary>
    public int? EmbeddingSize { get; init; }

    public int Layers { get; init; } = 1;

    public int Heads { get; init; } = 2;

    public int IntermediateSize { get; init; } = 32;

    public int VocabularySize { get; init; } = 60;

    public int Positions { get; init; } = 32;

    public string Activation { get; init; } = "gelu";

    /// <summary>Gets the number of labels; 0 for a model without head and pooler, as sentence embedders are stored.</summary>
    public int Labels { get; init; } = 1;

    /// <summary>
    /// Gets a value indicating whether a ModernBERT has all the biases that it usually lacks, and pools by the mean; a Qwen has such biases
    /// too, a window in all layers but the first, and words that are not those of its embeddings.
    /// </summary>
    public bool BiasesAndMean { get; init; }

    /// <summary>Gets what is special about a DeBERTa.</summary>
    public TinyDeberta Deberta { get; init; } = new();

    /// <summary>Gets the <c>feed_forward_type</c> of a JinaBERT.</summary>
    public string FeedForward { get; init; } = "geglu";

    /// <summary>Gets a value indicating whether a Qwen with a label is a language model, which has a word for each score instead.</summary>
    public bool AnswersInWords { get; init; }

    /// <summary>Gets the ids of the two answers of a language model.</summary>
    public (int Yes, int No) Answers { get; init; } = (Inference.EngineRun.Yes, Inference.EngineRun.No);

    /// <summary>Gets the pooling of an embedder, <c>mean</c>, <c>cls</c> or <c>lasttoken</c>; null for no <c>modules.json</c>.</summary>
    public string? Pooling { get; init; }

    public bool Normalize { get; init; } = true;

    /// <summary>Gets the <c>model_max_length</c> of the tokenizer; null for none.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>Gets F32, F16, BF16, or I8 for int8 rows with scales and the vectors in F32.</summary>
    public string Dtype { get; init; } = "F32";

    public int Shards { get; init; } = 1;

    /// <summary>Gets a value indicating whether names are as in early checkpoints: gamma and beta, no prefix, a positions buffer.</summary>
    public bool LegacyNames { get; init; }

    public int Seed { get; init; } = 1;

    private int EmbeddingWidth => ModelType == "electra" ? EmbeddingSize ?? HiddenSize : HiddenSize;

    /// <summary>Gets the number of token types; 0 for none.</summary>
    private int Types => ModelType switch
    {
        "bert" or "electra" or "jina" => 2,
        "roberta" => 1,
        "deberta-v2" => Deberta.Types,
        _ => 0,
    };

    private bool HasPositions => ModelType != "jina" && (ModelType != "deberta-v2" || Deberta.HasPositions);

    private string StoredType => ModelType == "jina" ? "bert" : ModelType;

    private bool IsGated => ModelType == "jina" && FeedForward != "original";

    /// <summary>Writes the folder.</summary>
    /// <param name="folder">A folder that exists.</param>
    /// <param name="changeConfig">Changes <c>config.json</c> before it is written.</param>
    /// <param name="changeTensors">Changes the list of stored tensors before it is written.</param>
    /// <returns>The folder.</returns>
    public string Write(string folder, Action<JsonObject>? changeConfig = null, Action<List<TensorData>>? changeTensors = null)
    {
        var config = Config();
        changeConfig?.Invoke(config);
        WriteJson(folder, "config.json", config);
        List<TensorData> tensors = [.. Tensors().SelectMany(item => Store(StoredName(item.Key), item.Value.Shape, item.Value.Values))];
        if (LegacyNames)
        {
            tensors.Add(new("embeddings.position_ids", "I64", [1, Positions], new byte[Positions * sizeof(long)]));
        }

        changeTensors?.Invoke(tensors);
        WriteWeights(folder, tensors);
        WriteTokenizer(folder);
        WritePooling(folder);
        return folder;
    }

    /// <summary>Gives the values before they are rounded to <see cref="Dtype"/>, by the names of <see cref="Shapes"/>.</summary>
    public IReadOnlyDictionary<string, (int[] Shape, float[] Values)> Tensors()
    {
        var random = new Random(Seed);
        return Shapes().ToDictionary(tensor => tensor.Name, tensor => (tensor.Shape, Values(tensor.Name, tensor.Shape, random)));
    }

    /// <summary>
    /// Gives the names and shapes of all tensors, by the names of the reference; <see cref="TinyNames"/> has those stored.
    /// </summary>
    public IEnumerable<(string Name, int[] Shape)> Shapes() => ModelType switch
    {
        "modernbert" => TinyModernBert.Shapes(this),
        "qwen2" or "qwen3" => TinyQwen.Shapes(this),
        "t5" => TinyT5.Shapes(this),
        _ => BertShapes(),
    };

    private IEnumerable<(string Name, int[] Shape)> BertShapes()
    {
        int width = EmbeddingWidth;
        yield return ("embeddings.word_embeddings.weight", [VocabularySize, width]);
        if (HasPositions)
        {
            yield return ("embeddings.position_embeddings.weight", [Positions, width]);
        }

        if (Types > 0)
        {
            yield return ("embeddings.token_type_embeddings.weight", [Types, width]);
        }

        yield return ("embeddings.LayerNorm.weight", [width]);
        yield return ("embeddings.LayerNorm.bias", [width]);
        var dense = new List<(string Name, int Output, int Input)>();
        if (width != HiddenSize)
        {
            dense.Add(("embeddings_project", HiddenSize, width));
        }

        for (int i = 0; i < Layers; i++)
        {
            string layer = $"encoder.layer.{i}";
            dense.Add(($"{layer}.attention.self.query", HiddenSize, HiddenSize));
            dense.Add(($"{layer}.attention.self.key", HiddenSize, HiddenSize));
            dense.Add(($"{layer}.attention.self.value", HiddenSize, HiddenSize));
            dense.Add(($"{layer}.attention.output.dense", HiddenSize, HiddenSize));
            dense.Add(($"{layer}.{(IsGated ? "mlp.wo" : "output.dense")}", HiddenSize, IntermediateSize));
            if (IsGated)
            {
                yield return ($"{layer}.mlp.gated_layers.weight", [2 * IntermediateSize, HiddenSize]);
            }
            else
            {
                dense.Add(($"{layer}.intermediate.dense", IntermediateSize, HiddenSize));
            }

            dense.AddRange(ModelType == "deberta-v2" ? Deberta.Projections(this, layer) : []);
            string last = IsGated ? $"{layer}.mlp.layernorm" : $"{layer}.output.LayerNorm";
            foreach (string norm in (string[])[$"{layer}.attention.output.LayerNorm", last])
            {
                yield return ($"{norm}.weight", [HiddenSize]);
                yield return ($"{norm}.bias", [HiddenSize]);
            }
        }

        if (Labels > 0)
        {
            dense.Add(("head.dense", HiddenSize, HiddenSize));
            dense.Add(("head.classifier", Labels, HiddenSize));
        }

        if (ModelType == "mpnet")
        {
            yield return ("encoder.relative_attention_bias.weight", [32, Heads]);
        }

        foreach (var tensor in ModelType == "deberta-v2" ? Deberta.Shapes(this) : [])
        {
            yield return tensor;
        }

        foreach (var (name, output, input) in dense)
        {
            yield return ($"{name}.weight", [output, input]);
            yield return ($"{name}.bias", [output]);
        }
    }

    private static float[] Values(string name, int[] shape, Random random)
    {
        // Spread so that the variance of a product stays that of its input; a layer norm's weights lie around 1.
        float spread = shape.Length == 2 ? MathF.Sqrt(3f / shape[1]) : 0.1f;
        float center = name.EndsWith("orm.weight", StringComparison.Ordinal) ? 1 : 0;
        float[] values = new float[shape.Aggregate(1, (product, size) => product * size)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = center + (spread * ((2 * random.NextSingle()) - 1));
        }

        return values;
    }

    private static void WriteJson(string folder, string name, JsonNode json) =>
        File.WriteAllText(Path.Combine(folder, name), json.ToJsonString());

    private JsonObject Config()
    {
        var config = new JsonObject
        {
            ["architectures"] = new JsonArray(TinyNames.Architecture(ModelType, Labels, AnswersInWords)),
            ["model_type"] = StoredType,
            ["vocab_size"] = VocabularySize,
            ["max_position_embeddings"] = Positions,
            ["pad_token_id"] = ModelType is "roberta" or "mpnet" ? 1 : 0,
            [TinyNames.Field(ModelType, "hidden_size")] = HiddenSize,
            [TinyNames.Field(ModelType, "num_hidden_layers")] = Layers,
            [TinyNames.Field(ModelType, "num_attention_heads")] = Heads,
            [TinyNames.Field(ModelType, "intermediate_size")] = IntermediateSize,
            [TinyNames.Field(ModelType, "hidden_act")] = Activation,
        };
        if (ModelType != "distilbert")
        {
            config["layer_norm_eps"] = 1e-12;
        }

        if (Types > 0)
        {
            config["type_vocab_size"] = Types;
        }

        if (ModelType == "electra")
        {
            config["embedding_size"] = EmbeddingWidth;
        }

        if (ModelType == "mpnet")
        {
            config["relative_attention_num_buckets"] = 32;
        }

        if (ModelType == "modernbert")
        {
            TinyModernBert.Configure(config, this);
        }

        if (ModelType == "deberta-v2")
        {
            Deberta.Configure(config);
        }

        if (ModelType == "jina")
        {
            config["position_embedding_type"] = "alibi";
            config["feed_forward_type"] = FeedForward;
        }

        if (TinyQwen.Is(ModelType))
        {
            TinyQwen.Configure(config, this);
        }

        if (ModelType == "t5")
        {
            TinyT5.Configure(config, this);
        }

        if (Labels > 0 && !AnswersInWords)
        {
            var labels = Enumerable.Range(0, Labels).Select(i => KeyValuePair.Create($"{i}", (JsonNode?)$"LABEL_{i}"));
            config["id2label"] = new JsonObject(labels);
        }

        return config;
    }

    private string StoredName(string name)
    {
        if (ModelType == "modernbert")
        {
            return TinyModernBert.StoredName(name, Labels);
        }

        if (TinyQwen.Is(ModelType))
        {
            return TinyQwen.StoredName(name, Labels);
        }

        if (ModelType == "t5")
        {
            return name;
        }

        string stored = TinyNames.Tensor(ModelType, name);
        if (LegacyNames)
        {
            return stored.Replace("LayerNorm.weight", "LayerNorm.gamma", StringComparison.Ordinal)
                .Replace("LayerNorm.bias", "LayerNorm.beta", StringComparison.Ordinal);
        }

        bool isOutside = stored.StartsWith("classifier.", StringComparison.Ordinal) || stored.StartsWith("pre_", StringComparison.Ordinal);
        isOutside |= stored.StartsWith("pooler.", StringComparison.Ordinal) && ModelType == "deberta-v2";
        return Labels == 0 || isOutside ? stored : $"{StoredType.Split('-')[0]}.{stored}";
    }

    private TensorData[] Store(string name, int[] shape, float[] values) => Dtype switch
    {
        "F16" => [TensorData.F16(name, shape, values)],
        "BF16" => [TensorData.BF16(name, shape, values)],
        "I8" when shape.Length == 2 => TensorData.I8(name, shape, values),
        _ => [TensorData.F32(name, shape, values)],
    };

    private void WriteWeights(string folder, List<TensorData> tensors)
    {
        if (Shards == 1)
        {
            SafetensorsWriter.Write(Path.Combine(folder, "model.safetensors"), tensors);
            return;
        }

        var map = new JsonObject();
        int shard = 0;
        foreach (var part in tensors.Chunk((tensors.Count + Shards - 1) / Shards))
        {
            string file = $"model-{++shard:00000}-of-{Shards:00000}.safetensors";
            SafetensorsWriter.Write(Path.Combine(folder, file), part);
            foreach (var tensor in part)
            {
                map[tensor.Name] = file;
            }
        }

        WriteJson(folder, "model.safetensors.index.json", new JsonObject { ["weight_map"] = map });
    }

    private void WriteTokenizer(string folder)
    {
        string[] letters = [.. Enumerable.Range('a', 26).Select(c => $"{(char)c}")];
        string[] known = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", .. letters, .. letters.Select(letter => $"##{letter}")];
        var tokens = Enumerable.Range(0, VocabularySize).Select(id => id < known.Length ? known[id] : $"word{id}");
        File.WriteAllText(Path.Combine(folder, "vocab.txt"), string.Concat(tokens.Select(token => $"{token}\n")));
        var config = new JsonObject { ["do_lower_case"] = true, ["tokenizer_class"] = "BertTokenizer" };
        if (MaxTokens is { } limit)
        {
            config["model_max_length"] = limit;
        }

        WriteJson(folder, "tokenizer_config.json", config);
    }

    private void WritePooling(string folder)
    {
        if (Pooling is null)
        {
            return;
        }

        (string Type, string Path)[] modules = [("Transformer", ""), ("Pooling", "1_Pooling"), ("Normalize", "2_Normalize")];
        WriteJson(folder, "modules.json", new JsonArray([.. modules.Take(Normalize ? 3 : 2).Select(module => new JsonObject
        {
            ["path"] = module.Path,
            ["type"] = $"sentence_transformers.models.{module.Type}",
        })]));
        string pooling = Directory.CreateDirectory(Path.Combine(folder, "1_Pooling")).FullName;
        WriteJson(pooling, "config.json", new JsonObject
        {
            ["word_embedding_dimension"] = HiddenSize,
            ["pooling_mode_cls_token"] = Pooling == "cls",
            ["pooling_mode_mean_tokens"] = Pooling == "mean",
            ["pooling_mode_lasttoken"] = Pooling == "lasttoken",
            ["pooling_mode_max_tokens"] = false,
        });
    }
}
