using Resift.Local.Configuration;

namespace Resift.Local.Tokenization;

/// <summary>Loads the tokenizer of a folder.</summary>
internal static class TokenizerLoader
{
    /// <summary>Loads the tokenizer that <c>tokenizer.json</c> defines, or else <c>vocab.txt</c> with its configuration.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">Neither file is there.</exception>
    /// <exception cref="InvalidDataException">A file is damaged or contradicts itself or another.</exception>
    /// <exception cref="NotSupportedException">A part of the tokenizer is of a kind that is not known.</exception>
    public static Tokenizer Load(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return Load(folder, TokenizerConfiguration.Read(folder), lowercase: false);
    }

    /// <summary>Loads the tokenizer of a folder whose configuration is read already.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="configuration">Its configuration.</param>
    /// <param name="lowercase">Whether texts are lowercased even if the tokenizer does not say so.</param>
    public static Tokenizer Load(string folder, TokenizerConfiguration configuration, bool lowercase)
    {
        ModelFolder.ThrowIfMissing(folder);
        string? vocabulary = ModelFolder.Find(folder, VocabularyFile.FileName);
        if (ModelFolder.Find(folder, TokenizerJson.FileName) is not { } path)
        {
            return vocabulary is not null
                ? CreateWordPiece(VocabularyFile.Read(vocabulary, configuration), lowercase)
                : throw new FileNotFoundException(
                    $"The folder '{folder}' has neither {TokenizerJson.FileName} nor {VocabularyFile.FileName}; one of them must be " +
                    $"there; {ModelFolder.Found(folder)}.");
        }

        var json = TokenizerJson.Read(path, configuration);
        if (json.ModelType != "WordPiece")
        {
            return !lowercase ? json.CreatePipeline() : throw new NotSupportedException(
                $"{path}: do_lower_case of a sentence_bert_config.json is supported only for WordPiece, but the model is " +
                $"{json.ModelType}.");
        }

        var definition = json.DefineWordPiece();
        if (vocabulary is not null)
        {
            VocabularyFile.ThrowUnlessSame(vocabulary, definition, path);
        }

        return CreateWordPiece(definition, lowercase);
    }

    private static WordPieceTokenizer CreateWordPiece(TokenizerDefinition definition, bool lowercase) =>
        new(lowercase ? definition with { Normalization = definition.Normalization with { Lowercase = true } } : definition);
}
