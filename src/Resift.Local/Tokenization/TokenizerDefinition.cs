namespace Resift.Local.Tokenization;

/// <summary>What the files of a folder say about a tokenizer.</summary>
internal sealed record TokenizerDefinition(WordPieceModel Model, BertNormalization Normalization)
{
    public required IReadOnlyList<AddedToken> AddedTokens { get; init; }

    public required int ClsId { get; init; }

    public required int SepId { get; init; }

    public required int PadId { get; init; }

    public required int? ModelMaxLength { get; init; }

    /// <summary>Reads <c>tokenizer.json</c>, or <c>vocab.txt</c> where there is none, and the configuration beside it.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">Neither file is there.</exception>
    /// <exception cref="InvalidDataException">A file is damaged or contradicts itself or another.</exception>
    /// <exception cref="NotSupportedException">The tokenizer is of another kind than BERT's.</exception>
    public static TokenizerDefinition Read(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"There is no folder '{folder}' to read a tokenizer from.");
        }

        var configuration = TokenizerConfiguration.Read(folder);
        string json = Path.Combine(folder, "tokenizer.json");
        if (File.Exists(json))
        {
            return TokenizerJson.Read(json, configuration);
        }

        string vocabulary = Path.Combine(folder, VocabularyFile.Name);
        if (File.Exists(vocabulary))
        {
            return VocabularyFile.Read(vocabulary, configuration);
        }

        string[] found = [.. Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path)!).Order().Take(20)];
        throw new FileNotFoundException(
            $"The folder '{folder}' has neither tokenizer.json nor {VocabularyFile.Name}; one of them must be there. Found: "
            + (found.Length == 0 ? "nothing." : string.Join(", ", found) + "."));
    }
}
