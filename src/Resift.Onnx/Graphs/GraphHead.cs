using Resift.Local.Models;
using Resift.Local.Tokenization;

namespace Resift.Onnx.Graphs;

/// <summary>The output of a graph that is read, and what its numbers are.</summary>
/// <param name="Output">Its name.</param>
/// <param name="IsOfTokens">Whether it has numbers for each token, and not only for each sequence.</param>
/// <param name="Template">How a cross-encoder that is made of a language model is asked; else null.</param>
internal sealed record GraphHead(string Output, bool IsOfTokens, ChatTemplate? Template)
{
    private const string Logits = "logits";

    // A graph that makes a vector of a text itself needs no pooling.
    private static readonly string[] _vectors = ["sentence_embedding", "token_embeddings", "last_hidden_state"];

    /// <summary>Gets a value indicating whether a pair's score is told by the words that the model would go on with.</summary>
    public bool AnswersInWords => IsOfTokens && Template is not null;

    /// <summary>Finds what a model is used by.</summary>
    /// <exception cref="NotSupportedException">The graph is not one of that kind.</exception>
    public static GraphHead Find(OnnxGraph graph, OnnxConfig config, LocalModelKind kind) =>
        kind == LocalModelKind.CrossEncoder ? OfCrossEncoder(graph, config) : OfEmbedder(graph);

    private static GraphHead OfCrossEncoder(OnnxGraph graph, OnnxConfig config)
    {
        string output = graph.Outputs switch
        {
            var outputs when outputs.Contains(Logits) => Logits,
            [var only] when !_vectors.Contains(only) => only,
            _ => throw Unfit(graph, "of no cross-encoder, which has the output logits, or one alone: it cannot score (query, document) " +
                "pairs. Rank by cosine with EmbeddingReranker instead."),
        };
        var template = ChatTemplate.OfDecoder(config.ModelType);
        return graph.RankOf(output) switch
        {
            2 => new(output, IsOfTokens: false, template),
            3 when template is not null && ModelHead.IsLanguageModel(config.ClassName) => new(output, IsOfTokens: true, template),
            3 => throw Unfit(graph, $"of '{config.ClassName}' of the model_type '{config.ModelType}', with numbers for each token; " +
                "supported: language models of the types qwen2 and qwen3, and heads that give a pair its labels."),
            var axes => throw Axes(graph, output, axes),
        };
    }

    private static GraphHead OfEmbedder(OnnxGraph graph)
    {
        string output = _vectors.FirstOrDefault(graph.Outputs.Contains) ?? (graph.Outputs is [not Logits and var only]
            ? only
            : throw Unfit(graph, $"of no embedder, which has one of the outputs {string.Join(", ", _vectors)}; load a cross-encoder with " +
                "OnnxReranker instead."));
        int rank = graph.RankOf(output);
        return rank is 2 or 3 ? new(output, IsOfTokens: rank == 3, null) : throw Axes(graph, output, rank);
    }

    private static NotSupportedException Axes(OnnxGraph graph, string output, int axes) => new(
        $"{graph.Path}: the output {output} has {axes} axes; expected 2 (batch, numbers) or 3 (batch, tokens, numbers).");

    private static NotSupportedException Unfit(OnnxGraph graph, string what) => new(
        $"{graph.Path} has the outputs {string.Join(", ", graph.Outputs)}: it is the graph {what}");
}
