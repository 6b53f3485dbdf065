using Resift.Local.Configuration;

namespace Resift.Local.Models;

/// <summary>BERT (Devlin et al. 2018): MiniLM, TinyBERT, BGE, E5, GTE and many others.</summary>
internal class BertArchitecture : Architecture
{
    public override IReadOnlyList<string> ModelTypes => ["bert"];

    public override string Prefix => "bert.";

    public override bool TellsSegmentsApart => true;

    public override EncoderConfig Read(ConfigObject json) => base.Read(json) with { TypeVocabularySize = ReadTypes(json) };

    public override EmbeddingsLayout Embeddings(EncoderConfig config) => Tables(config, config.HiddenAxis);

    public override LayerLayout Layer(EncoderConfig config, int index)
    {
        string layer = $"{LayerPrefix}{index}.";
        var (hidden, inner) = (config.HiddenAxis, config.IntermediateAxis);
        return new()
        {
            Query = new($"{layer}attention.self.query", hidden, hidden),
            Key = new($"{layer}attention.self.key", hidden, hidden),
            Value = new($"{layer}attention.self.value", hidden, hidden),
            AttentionOutput = new($"{layer}attention.output.dense", hidden, hidden),
            AttentionNorm = new($"{layer}attention.output.LayerNorm", hidden),
            Up = new($"{layer}intermediate.dense", inner, hidden),
            Down = new($"{layer}output.dense", hidden, inner),
            FeedForwardNorm = new($"{layer}output.LayerNorm", hidden),
        };
    }

    public override HeadLayout Head(EncoderConfig config, int labels) => new(
        new("pooler.dense", config.HiddenAxis, config.HiddenAxis),
        HiddenActivation.Tanh,
        new("classifier", ("labels", labels), config.HiddenAxis));

    /// <summary>Reads how many types of tokens there are.</summary>
    protected virtual int ReadTypes(ConfigObject json) => json.PositiveOrNull("type_vocab_size") ?? 2;

    /// <summary>Gets the embeddings that most families have, with tables of a given width.</summary>
    public static EmbeddingsLayout Tables(EncoderConfig config, (string Field, int Size) width) => new()
    {
        Words = new("embeddings.word_embeddings.weight", ("vocab_size", config.VocabularySize), width),
        Positions = new("embeddings.position_embeddings.weight", ("max_position_embeddings", config.Positions), width),
        Types = config.TypeVocabularySize == 0
            ? null
            : new("embeddings.token_type_embeddings.weight", ("type_vocab_size", config.TypeVocabularySize), width),
        Norm = new("embeddings.LayerNorm", width),
    };
}
