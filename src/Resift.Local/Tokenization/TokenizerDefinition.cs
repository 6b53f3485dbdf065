using Resift.Local.Configuration;

namespace Resift.Local.Tokenization;

/// <summary>What the files of a folder say about a tokenizer.</summary>
internal sealed record TokenizerDefinition(WordPieceModel Model, BertNormalization Normalization)
{
    public required IReadOnlyList<AddedToken> AddedTokens { get; init; }

    public required int ClsId { get; init; }

    public required int SepId { get; init; }

    /// <summary>Gets the number of tokens, added ones counted; their ids run from 0.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Reads <c>tokenizer.json</c>, or <c>vocab.txt</c> where there is none.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">Neither file is there.</exception>
    /// <exception cref="InvalidDataException">A file is damaged or contradicts itself or another.</exception>
    /// <exception cref="NotSupportedException">The tokenizer is of another kind than BERT's.</exception>
    public static TokenizerDefinition Read(string folder, TokenizerConfiguration configuration)
    {
        ModelFolder.ThrowIfMissing(folder);
        string? vocabulary = ModelFolder.Find(folder, VocabularyFile.FileName);
        if (ModelFolder.Find(folder, TokenizerJson.FileName) is not { } json)
        {
            return vocabulary is not null ? VocabularyFile.Read(vocabulary, configuration) : throw new FileNotFoundException(
                $"The folder '{folder}' has neither {TokenizerJson.FileName} nor {VocabularyFile.FileName}; one of them must be there; " +
                $"{ModelFolder.Found(folder)}.");
        }

        var definition = TokenizerJson.Read(json, configuration);
        if (vocabulary is not null)
        {
            VocabularyFile.ThrowUnlessSame(vocabulary, definition, json);
        }

        return definition;
    }
}
