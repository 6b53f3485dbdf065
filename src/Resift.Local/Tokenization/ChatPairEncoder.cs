using System.Buffers;

namespace Resift.Local.Tokenization;

/// <summary>
/// Creates the inputs of a language model by its <see cref="ChatTemplate"/>. The document is cut at its end where a pair is too long, and
/// the query only where it leaves documents less than a quarter of the room. What the texts spell out of the template's control tokens
/// stays text: neither a document nor a query can end its part of the chat.
/// </summary>
internal sealed class ChatPairEncoder : IPairEncoder
{
    private readonly Tokenizer _text;
    private readonly ChatTemplate _template;
    private readonly string _instruction;
    private readonly int[] _start;
    private readonly int[] _afterQuery;
    private readonly int[] _end;
    private readonly int _maxTokens;

    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="template">The model's template.</param>
    /// <param name="instruction">What a query without an instruction of its own is judged by; null or empty for none.</param>
    /// <param name="maxTokens">How many tokens the model reads, those of the template included.</param>
    /// <exception cref="InvalidDataException">The tokenizer is of another model: it lacks the template's control tokens.</exception>
    /// <exception cref="NotSupportedException">The tokenizer is of another kind, or the template leaves texts no room.</exception>
    public ChatPairEncoder(Tokenizer tokenizer, ChatTemplate template, string? instruction, int maxTokens)
    {
        _text = tokenizer.WithoutAddedTokens() ?? throw new NotSupportedException(
            $"The model is asked by a chat template, for which only the tokenizers of a {TokenizerJson.FileName} with the model BPE or " +
            "Unigram are supported; this one is WordPiece.");
        foreach (string token in template.ControlTokens)
        {
            ThrowUnlessOne(tokenizer, token, "begins or ends a message of the model's chat template");
        }

        Yes = ThrowUnlessOne(tokenizer, template.Yes, "is the model's answer for a relevant document");
        No = ThrowUnlessOne(tokenizer, template.No, "is the model's answer for a document that is not relevant");
        _template = template;
        _instruction = instruction ?? "";
        _maxTokens = maxTokens;
        _start = All(tokenizer, template.Start);
        _afterQuery = All(_text, template.AfterQuery);
        _end = All(tokenizer, template.End);
        SpecialTokensOfPair = _start.Length + CountTokens(template.BeforeQuery(_instruction)) + _afterQuery.Length + _end.Length;
        if (SpecialTokensOfPair > maxTokens / 2)
        {
            throw new NotSupportedException(
                $"The model reads {maxTokens} tokens, of which its chat template takes {SpecialTokensOfPair}; expected at least twice as " +
                "many. Set MaxTokens to more.");
        }
    }

    /// <inheritdoc />
    public int SpecialTokensOfPair { get; }

    /// <summary>Gets the token that answers for a relevant document.</summary>
    public int Yes { get; }

    /// <summary>Gets the token that answers for any other.</summary>
    public int No { get; }

    /// <inheritdoc />
    public int CountTokens(ReadOnlySpan<char> text) => _text.Encode(text, []);

    /// <inheritdoc />
    /// <exception cref="ArgumentException">The instruction leaves texts no room.</exception>
    public EncodedQuery EncodeQuery(string query, string? instruction = null)
    {
        string before = _template.BeforeQuery(instruction ?? _instruction);
        int room = (_maxTokens - _start.Length - _end.Length) * 3 / 4;
        if (CountTokens(before) + _afterQuery.Length > room * 2 / 3)
        {
            throw new ArgumentException(
                $"The instruction takes more than half of the {_maxTokens} tokens that the model reads; shorten it.", nameof(instruction));
        }

        int[] whole = _template.JoinsQuery
            ? All(_text, before + query + _template.AfterQuery)
            : [.. All(_text, before + query), .. _afterQuery];
        if (whole.Length <= room)
        {
            return new([.. _start, .. whole], _start.Length + whole.Length);
        }

        int[] cut = [.. _start, .. All(_text, before + query).AsSpan(0, room - _afterQuery.Length), .. _afterQuery];
        return new(cut, _start.Length + whole.Length);
    }

    /// <inheritdoc />
    public TokenSequence Encode(EncodedQuery query, string document, int? maxTokensPerDocument = null)
    {
        int room = _maxTokens - query.Ids.Length - _end.Length;
        int[] ids = _text.Rent(" " + document, room, out int count);
        int kept = Math.Min(Math.Min(count, room), maxTokensPerDocument ?? int.MaxValue);
        int[] pair = [.. query.Ids, .. ids.AsSpan(0, kept), .. _end];
        ArrayPool<int>.Shared.Return(ids);
        return new(pair, pair.Length, query.TokenCount - query.Ids.Length, count - kept);
    }

    private static int[] All(Tokenizer tokenizer, string text)
    {
        int[] ids = tokenizer.Rent(text, int.MaxValue, out int count);
        int[] all = ids[..count];
        ArrayPool<int>.Shared.Return(ids);
        return all;
    }

    private static int ThrowUnlessOne(Tokenizer tokenizer, string token, string use) =>
        All(tokenizer, token) is [var id] ? id : throw new InvalidDataException(
            $"The tokenizer has no token '{token}', which {use}: tokenizer and model do not belong together. Copy both from one source.");
}
