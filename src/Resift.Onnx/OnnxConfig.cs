using Resift.Local.Configuration;
using Resift.Local.Models;

namespace Resift;

/// <summary>What <c>config.json</c> says that a graph does not: of any family of models, by the fields that are customary.</summary>
internal sealed record OnnxConfig
{
    // Where the position of the first token is that of padding and one more.
    private static readonly string[] _positionsBehindPadding =
        ["roberta", "xlm-roberta", "xlm-roberta-xl", "camembert", "mpnet", "longformer", "data2vec-text", "xmod"];

    // What makers of models with more run them with; nobody means a document of 100,000 tokens by leaving the limit open.
    private const int CustomaryTokens = 8192;

    // What models read whose files say nothing of it.
    private const int OtherwiseTokens = 512;

    private OnnxConfig(ConfigObject json)
    {
        Json = json;
        ModelType = json.TextOrNull("model_type") ?? "";
        ClassName = json.TextsOrNull("architectures") is [var first, ..] ? first : "";
        VocabularySize = json.PositiveOrNull("vocab_size");
        int? padding = json.WholeOrNull("pad_token_id") is >= 0 and var id ? id : null;
        PadId = padding ?? 0;
        int? positions = json.PositiveOrNull("max_position_embeddings") ?? json.PositiveOrNull("n_positions");
        MaxPositions = _positionsBehindPadding.Contains(ModelType) ? positions - ((padding ?? 1) + 1) : positions;
    }

    public ConfigObject Json { get; }

    public string ModelType { get; }

    /// <summary>Gets the first of <c>architectures</c>, or an empty text.</summary>
    public string ClassName { get; }

    public int? VocabularySize { get; }

    /// <summary>Gets the id that fills up shorter sequences, which graphs of decoders find the end of a text by.</summary>
    public int PadId { get; }

    /// <summary>Gets how many tokens have a position; null where it is not stated.</summary>
    public int? MaxPositions { get; }

    public static OnnxConfig Load(string folder) =>
        new(ConfigFile.ReadObject(ModelFolder.Require(folder, EncoderConfig.FileName)));

    /// <summary>Gets how many tokens the model reads.</summary>
    /// <param name="chosen">What the caller says; null for what the files do.</param>
    /// <param name="sentence">The <c>max_seq_length</c> of sentence-transformers.</param>
    /// <param name="tokenizer">The <c>model_max_length</c> of the tokenizer.</param>
    public int MaxTokens(int? chosen, int? sentence, int? tokenizer)
    {
        if (chosen is { } tokens)
        {
            return tokens <= (MaxPositions ?? int.MaxValue) ? tokens : throw new ArgumentOutOfRangeException(
                nameof(chosen), chosen, $"{nameof(OnnxModelOptions.MaxTokens)} is more than the {MaxPositions} " +
                $"positions that {Json.Source} states; choose fewer.");
        }

        int limit = new[] { MaxPositions, sentence, tokenizer }.Min() is { } stated ? Math.Min(stated, CustomaryTokens) : OtherwiseTokens;
        return limit >= TokenLimit.Least ? limit : throw new InvalidDataException(
            $"'{Path.GetDirectoryName(Json.Source)}' limits its input to {limit} tokens; expected at least {TokenLimit.Least}: see " +
            "model_max_length (tokenizer_config.json), max_seq_length (sentence_bert_config.json) and max_position_embeddings " +
            "(config.json).");
    }

    /// <summary>Ensures that the model has a vector for each token.</summary>
    public void ThrowIfTooManyTokens(int tokens)
    {
        if (tokens > VocabularySize)
        {
            throw new InvalidDataException($"The vocabulary has {tokens} tokens, but {Json.Source} says vocab_size {VocabularySize}: " +
                "tokenizer and model do not belong together. Copy both from one source.");
        }
    }
}
