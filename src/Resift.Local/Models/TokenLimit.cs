namespace Resift.Local.Models;

/// <summary>How many tokens a model reads, special tokens counted.</summary>
internal static class TokenLimit
{
    /// <summary>The least limit: the three special tokens of a pair, and room for a word or two. With less, all texts are alike.</summary>
    public const int Least = 8;

    /// <summary>Gets the smallest of the limits that a model's files set.</summary>
    /// <param name="config">The configuration with the table of positions.</param>
    /// <param name="sentence">The <c>max_seq_length</c> of sentence-transformers.</param>
    /// <param name="tokenizer">The <c>model_max_length</c> of the tokenizer.</param>
    /// <exception cref="InvalidDataException">It is below <see cref="Least"/>.</exception>
    public static int Find(EncoderConfig config, int? sentence, int? tokenizer)
    {
        int positions = Math.Min(config.MaxPositions, config.CustomaryLimit ?? int.MaxValue);
        int limit = Math.Min(positions, Math.Min(sentence ?? int.MaxValue, tokenizer ?? int.MaxValue));
        return limit >= Least
            ? limit
            : throw new InvalidDataException($"'{Path.GetDirectoryName(config.Source)}' limits its input to {limit} tokens, of which " +
                $"special tokens leave no room for text; expected at least {Least}: see model_max_length (tokenizer_config.json), " +
                "max_seq_length (sentence_bert_config.json) and max_position_embeddings (config.json).");
    }
}
