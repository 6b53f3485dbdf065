using Resift.Local.Configuration;

namespace Resift.Local.Tokenization;

/// <summary>A token that is found in the text as it stands, before words are cut.</summary>
/// <param name="Content">What it looks like.</param>
/// <param name="Id">Its id.</param>
/// <param name="SingleWord">Whether it counts only where no word character touches it.</param>
/// <param name="LeftStrip">Whether it takes the white space before it.</param>
/// <param name="RightStrip">Whether it takes the white space behind it.</param>
/// <param name="Normalized">Whether it is looked for in the normalized text, itself normalized, instead of in the raw one.</param>
internal sealed record AddedToken(
    string Content,
    int Id,
    bool SingleWord = false,
    bool LeftStrip = false,
    bool RightStrip = false,
    bool Normalized = false)
{
    // Far longer than any real one; keeps looking for it at each place of a text cheap.
    private const int MaxLength = 256;

    /// <summary>Reads a token as <c>tokenizer.json</c> and <c>tokenizer_config.json</c> describe it.</summary>
    public static AddedToken Read(ConfigObject json, int id)
    {
        string content = json.Text("content");
        return content.Length <= MaxLength
            ? new(content, id, json.Flag("single_word"), json.Flag("lstrip"), json.Flag("rstrip"), json.Flag("normalized"))
            : throw new InvalidDataException(
                $"{json.Source}: an added token has {content.Length} characters; at most {MaxLength} are supported.");
    }

    /// <summary>Ensures that the id is one, and the one that the vocabulary gives the token if it is in there.</summary>
    /// <exception cref="InvalidDataException">It is not.</exception>
    public void Check(IVocabulary vocabulary, string path)
    {
        if (Id is < 0 or int.MaxValue)
        {
            throw new InvalidDataException($"{path}: the id of the added token '{Content}' must be a whole number from 0 on, but is {Id}.");
        }

        if (vocabulary.FindId(Content) is { } id && id != Id)
        {
            throw new InvalidDataException($"{path}: the added token '{Content}' has the id {Id}, but in the vocabulary it has {id}.");
        }
    }
}
