using System.Globalization;
using System.Text.Json;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary>What is to be said about a collection.</summary>
/// <param name="Info">What the library knows.</param>
/// <param name="Recipe">How it was made; null if it does not remember that.</param>
/// <param name="Folders">The folders that its documents came from, relative to the index file, and how many came from each.</param>
internal sealed record CollectionFacts(CollectionInfo Info, IndexRecipe? Recipe, IReadOnlyDictionary<string, long> Folders)
{
    /// <summary>Gets its embedder, for people.</summary>
    public string Embedder => Info.Dimensions is null ? "none yet" : string.Create(
        CultureInfo.InvariantCulture, $"{Info.ModelId ?? "a model without a name"} ({Info.Dimensions} dimensions)");

    /// <summary>Gets how its texts were cut, for people.</summary>
    public string Cut => Recipe?.Cut ?? Info.Cut ?? "not known";

    public static async Task<CollectionFacts> ReadAsync(IIndexStore index, string name, CancellationToken cancellationToken)
    {
        var collection = index.GetCollection(name);
        var info = await collection.GetInfoAsync(cancellationToken);
        return new(
            info, IndexRecipe.Parse(info.Cut), await collection.CountDocumentsByAsync(DocumentReader.RootKey, cancellationToken));
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("collection", Info.Name);
        json.WriteNumber("documents", Info.Documents);
        json.WriteNumber("passages", Info.Passages);
        json.WriteString("embedder", Info.ModelId);
        json.WriteString("fingerprint", Info.ModelFingerprint);
        if (Info.Dimensions is { } dimensions)
        {
            json.WriteNumber("dimensions", dimensions);
        }
        else
        {
            json.WriteNull("dimensions");
        }

        json.WriteString("template", Info.Template);
        json.WriteStartObject("folders");
        foreach (var (folder, documents) in Folders)
        {
            json.WriteNumber(folder, documents);
        }

        json.WriteEndObject();
        json.WritePropertyName("made");
        if (Recipe is null)
        {
            json.WriteNullValue();
        }
        else
        {
            json.WriteRawValue(Recipe.ToString());
        }

        json.WriteEndObject();
    }
}
