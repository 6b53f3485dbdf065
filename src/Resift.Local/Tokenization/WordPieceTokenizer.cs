using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

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
    }

    public override int Encode(ReadOnlySpan<char> text, Span<int> destination)
    {
        char[] word = ArrayPool<char>.Shared.Rent(WordWriter.RoomFor(_model.LongestWord));
        uint[] hashes = ArrayPool<uint>.Shared.Rent(_model.LongestToken);
        try
        {
            var writer = new WordWriter(_model, word.AsSpan(0, WordWriter.RoomFor(_model.LongestWord)), hashes, destination);
            var parts = new AddedTokenSplitter(_rawTokens, text);
            while (parts.MoveNext())
            {
                WriteText(ref writer, parts.Before);
                if (parts.Id >= 0)
                {
                    writer.WriteToken(parts.Id);
                }
            }

            return writer.Count;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(word);
            ArrayPool<uint>.Shared.Return(hashes);
        }
    }

    // Inlined into the try block, its loops would keep their variables in memory.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void WriteText(ref WordWriter writer, ReadOnlySpan<char> text)
    {
        if (_normalizedTable is null)
        {
            writer.Write(_table, text);
            return;
        }

        ReadOnlySpan<char> normalized = TextNormalizer.Normalize(_table, text);
        var parts = new AddedTokenSplitter(_normalizedTokens, normalized);
        while (parts.MoveNext())
        {
            writer.Write(_normalizedTable, parts.Before);
            if (parts.Id >= 0)
            {
                writer.WriteToken(parts.Id);
            }
        }
    }
}
