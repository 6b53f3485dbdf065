using System.Text.Json;

namespace Resift.Local.Models;

/// <summary>How many tokens a model reads by its own configuration, special tokens counted.</summary>
internal static class TokenLimit
{
    private const int SpecialTokens = 3;

    /// <summary>
    /// Gives the smallest of the limits that the tokenizer (<c>model_max_length</c>), sentence-transformers (<c>max_seq_length</c>)
    /// and the table of positions set.
    /// </summary>
    public static int Read(string folder, BertConfig config)
    {
        int limit = Math.Min(config.MaxPositions, ReadSentenceLimit(folder) ?? int.MaxValue);
        limit = Math.Min(limit, ReadTokenizerLimit(folder) ?? int.MaxValue);
        return limit >= SpecialTokens
            ? limit
            : throw new InvalidDataException($"'{folder}' limits its input to {limit} tokens, which has no room for the {SpecialTokens} special " +
                "tokens of a pair: see model_max_length, max_seq_length and max_position_embeddings.");
    }

    public static int? ReadSentenceLimit(string folder) =>
        ModelFolder.Find(folder, "sentence_bert_config.json") is { } path
            ? ConfigFile.ReadObject(path).PositiveOrNull("max_seq_length")
            : null;

    private static int? ReadTokenizerLimit(string folder)
    {
        const string Field = "model_max_length";
        if (ModelFolder.Find(folder, "tokenizer_config.json") is not { } path)
        {
            return null;
        }

        var json = ConfigFile.ReadObject(path);
        return json.Value(Field) switch
        {
            // transformers writes 10³⁰ for "no limit".
            { ValueKind: JsonValueKind.Number } value when value.GetDouble() > int.MaxValue => null,
            _ => json.PositiveOrNull(Field),
        };
    }
}
