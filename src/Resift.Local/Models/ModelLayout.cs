namespace Resift.Local.Models;

/// <summary>Names the tensors of a BERT or ELECTRA model.</summary>
internal static class ModelLayout
{
    /// <summary>The beginning of the names of all layers' tensors; the number of the layer follows.</summary>
    public const string Layers = "encoder.layer.";

    /// <summary>Gets all tensors that the scores or vectors of a model are computed from.</summary>
    public static IEnumerable<ExpectedTensor> Tensors(BertConfig config, ModelHead head)
    {
        (string, int) hidden = ("hidden_size", config.HiddenSize);
        return
        [
            .. Embeddings(config, hidden),
            .. Enumerable.Range(0, config.Layers).SelectMany(layer => LayerTensors(config, $"{Layers}{layer}.", hidden)),
            .. head.Kind == LocalModelKind.Embedder ? [] : HeadTensors(config, ("labels", head.Labels), hidden),
        ];
    }

    private static IEnumerable<ExpectedTensor> Embeddings(BertConfig config, (string, int) hidden)
    {
        (string, int) width = config.IsElectra ? ("embedding_size", config.EmbeddingSize) : hidden;
        yield return new("embeddings.word_embeddings.weight", ("vocab_size", config.VocabularySize), width);
        yield return new("embeddings.position_embeddings.weight", ("max_position_embeddings", config.MaxPositions), width);
        yield return new("embeddings.token_type_embeddings.weight", ("type_vocab_size", config.TypeVocabularySize), width);
        yield return new("embeddings.LayerNorm.weight", width);
        yield return new("embeddings.LayerNorm.bias", width);
        if (config.EmbeddingSize != config.HiddenSize)
        {
            yield return new("embeddings_project.weight", hidden, width);
            yield return new("embeddings_project.bias", hidden);
        }
    }

    private static IEnumerable<ExpectedTensor> LayerTensors(BertConfig config, string layer, (string, int) hidden)
    {
        (string, int) inner = ("intermediate_size", config.IntermediateSize);
        return
        [
            .. Dense($"{layer}attention.self.query", hidden, hidden),
            .. Dense($"{layer}attention.self.key", hidden, hidden),
            .. Dense($"{layer}attention.self.value", hidden, hidden),
            .. Dense($"{layer}attention.output.dense", hidden, hidden),
            new($"{layer}attention.output.LayerNorm.weight", hidden),
            new($"{layer}attention.output.LayerNorm.bias", hidden),
            .. Dense($"{layer}intermediate.dense", inner, hidden),
            .. Dense($"{layer}output.dense", hidden, inner),
            new($"{layer}output.LayerNorm.weight", hidden),
            new($"{layer}output.LayerNorm.bias", hidden),
        ];
    }

    private static IEnumerable<ExpectedTensor> HeadTensors(BertConfig config, (string, int) labels, (string, int) hidden) =>
        config.IsElectra
            ? [.. Dense("classifier.dense", hidden, hidden), .. Dense("classifier.out_proj", labels, hidden)]
            : [.. Dense("pooler.dense", hidden, hidden), .. Dense("classifier", labels, hidden)];

    private static ExpectedTensor[] Dense(string name, (string, int) output, (string, int) input) =>
        [new($"{name}.weight", output, input), new($"{name}.bias", output)];
}
