using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Resift.Local.Tokenization;

/// <summary>
/// BERT's tokenizer, with the ids of the Hugging Face library: added tokens are found first, then the text is normalized and split into
/// words, and the words are cut into tokens.
/// </summary>
internal sealed class WordPieceTokenizer : Tokenizer
{
    private readonly WordPieceModel _model;
    private readonly CharacterTable _table;
    private readonly AddedTokenSet _rawTokens;
    private readonly AddedTokenSet _normalizedTokens;
    private readonly CharacterTable? _normalizedTable;

    /// <summary>Creates the tokenizer that files define.</summary>
    [SetsRequiredMembers]
    public WordPieceTokenizer(TokenizerDefinition definition)
    {
        _model = definition.Model;
        _table = new CharacterTable(definition.Normalization);
        _rawTokens = new AddedTokenSet(definition.AddedTokens.Where(token => !token.Normalized));
        _normalizedTokens = new AddedTokenSet(definition.AddedTokens.Where(token => token.Normalized)
            .Select(token => token with { Content = TextNormalizer.Normalize(_table, token.Content) }));
        _normalizedTable = _normalizedTokens.IsEmpty ? null : new CharacterTable(default);
        Template = definition.Template;
        VocabularySize = definition.VocabularySize;
        UnknownId = definition.Model.UnkId;
        MedianTokenLength = definition.MedianTokenLength;
    }

    public override int Encode(ReadOnlySpan<char> text, Span<int> destination)
    {
        char[] word = ArrayPool<char>.Shared.Rent(WordWriter.RoomFor(_model.LongestWord));
        uint[] hashes = ArrayPool<uint>.Shared.Rent(_model.LongestToken);
        try
        {
            var writer = new WordWriter(_model, word.AsSpan(0, WordWriter.RoomFor(_model.LongestWord)), hashes, destination);
            int taken = 0;
            int position = 0;
            while (_rawTokens.TryFind(text, taken, ref position, out (int Start, int End, int Id) match))
            {
                WriteText(ref writer, Between(text, taken, match.Start));
                writer.WriteToken(match.Id);
                taken = match.End;
            }

            WriteText(ref writer, text[taken..]);
            return writer.Count;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(word);
            ArrayPool<uint>.Shared.Return(hashes);
        }
    }

    private void WriteText(ref WordWriter writer, ReadOnlySpan<char> text)
    {
        if (_normalizedTable is null)
        {
            writer.Write(_table, text);
            return;
        }

        ReadOnlySpan<char> normalized = TextNormalizer.Normalize(_table, text);
        int taken = 0;
        int position = 0;
        while (_normalizedTokens.TryFind(normalized, taken, ref position, out (int Start, int End, int Id) match))
        {
            writer.Write(_normalizedTable, Between(normalized, taken, match.Start));
            writer.WriteToken(match.Id);
            taken = match.End;
        }

        writer.Write(_normalizedTable, normalized[taken..]);
    }

    /// <summary>A token that begins with white space may begin within what the one before it took.</summary>
    private static ReadOnlySpan<char> Between(ReadOnlySpan<char> text, int taken, int start) => taken < start ? text[taken..start] : [];
}
