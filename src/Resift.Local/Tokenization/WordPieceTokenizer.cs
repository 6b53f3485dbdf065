using System.Buffers;

namespace Resift.Local.Tokenization;

/// <summary>
/// BERT's tokenizer, with the ids of the Hugging Face library: added tokens are found first, then the text is normalized and split into
/// words, and the words are cut into tokens. It never changes after it is loaded and may be used from any number of threads.
/// </summary>
internal sealed class WordPieceTokenizer
{
    private readonly WordPieceModel _model;
    private readonly CharacterTable _table;
    private readonly AddedTokenSet _rawTokens;
    private readonly AddedTokenSet _normalizedTokens;
    private readonly CharacterTable? _normalizedTable;

    private WordPieceTokenizer(TokenizerDefinition definition)
    {
        _model = definition.Model;
        _table = new CharacterTable(definition.Normalization);
        _rawTokens = new AddedTokenSet(definition.AddedTokens.Where(token => !token.Normalized));
        _normalizedTokens = new AddedTokenSet(definition.AddedTokens.Where(token => token.Normalized)
            .Select(token => token with { Content = TextNormalizer.Normalize(_table, token.Content) }));
        _normalizedTable = _normalizedTokens.IsEmpty ? null : new CharacterTable(default);

        ClsId = definition.ClsId;
        SepId = definition.SepId;
        VocabularySize = definition.VocabularySize;
    }

    /// <summary>Gets the number of tokens, whose ids run from 0.</summary>
    public int VocabularySize { get; }

    /// <summary>Gets the id of the token that begins every input.</summary>
    public int ClsId { get; }

    /// <summary>Gets the id of the token that ends every text.</summary>
    public int SepId { get; }

    /// <summary>Loads the tokenizer of a folder: <c>tokenizer.json</c>, or else <c>vocab.txt</c> with its configuration.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">Neither file is there.</exception>
    /// <exception cref="InvalidDataException">A file is damaged or contradicts itself or another.</exception>
    /// <exception cref="NotSupportedException">The tokenizer is of another kind than BERT's.</exception>
    public static WordPieceTokenizer Load(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return Load(folder, TokenizerConfiguration.Read(folder), lowercase: false);
    }

    /// <summary>Loads the tokenizer of a folder whose configuration is read already.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="configuration">Its configuration.</param>
    /// <param name="lowercase">Whether texts are lowercased even if the tokenizer does not say so.</param>
    public static WordPieceTokenizer Load(string folder, TokenizerConfiguration configuration, bool lowercase)
    {
        var definition = TokenizerDefinition.Read(folder, configuration);
        return new(lowercase ? definition with { Normalization = definition.Normalization with { Lowercase = true } } : definition);
    }

    /// <summary>Encodes a text, without special tokens around it.</summary>
    /// <param name="text">The text; half a surrogate pair counts as U+FFFD.</param>
    /// <param name="destination">Where the ids go, as far as there is room; what lies behind the last id is unspecified.</param>
    /// <returns>How many tokens the whole text has.</returns>
    public int Encode(ReadOnlySpan<char> text, Span<int> destination)
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
