using System.Text.Json;
using Resift.Local.Configuration;

namespace Resift.Local.Models;

/// <summary>What an embedder of sentence-transformers wants before a text; empty for nothing.</summary>
/// <param name="Query">What stands before a query.</param>
/// <param name="Document">What stands before a document.</param>
/// <param name="Default">What stands before a text that is neither.</param>
internal sealed record EmbeddingPrompts(string Query, string Document, string Default)
{
    public const string DefaultField = "default_prompt_name";

    private const string SimilarityField = "similarity_fn_name";

    // As encode_query and encode_document of sentence-transformers look them up; the last of each is what other trainers write.
    private static readonly string[] _queryNames = ["query", "search_query"];
    private static readonly string[] _documentNames = ["document", "passage", "corpus", "search_document"];

    public static EmbeddingPrompts None { get; } = new("", "", "");

    public static EmbeddingPrompts Of(LocalModelInfo info) => new(info.QueryPrompt, info.DocumentPrompt, info.DefaultPrompt);

    /// <summary>Reads them from <c>config_sentence_transformers.json</c>.</summary>
    public static EmbeddingPrompts Read(ConfigObject json)
    {
        var prompts = Prompts(json);
        string standard = json.TextOrNull(DefaultField) is not { } name ? "" : prompts.TryGetValue(name, out string? prompt)
            ? prompt
            : throw new InvalidDataException($"{json.Source}: {DefaultField} is '{name}', which prompts does not have; it has " +
                (prompts.Count == 0 ? "none." : $"{string.Join(", ", prompts.Keys)}."));
        return new(First(_queryNames), First(_documentNames), standard);

        // A prompt that is there and empty means none. One that is not there leaves the default, as in sentence-transformers.
        string First(string[] names) => names.FirstOrDefault(prompts.ContainsKey) is { } found ? prompts[found] : standard;
    }

    /// <summary>Ensures that vectors are compared as they are here.</summary>
    /// <exception cref="NotSupportedException">They are compared otherwise.</exception>
    public static void ThrowUnlessComparedByCosine(ConfigObject json)
    {
        if (json.TextOrNull(SimilarityField) is not (null or "cosine" or "dot" or "dot_product") and var other)
        {
            throw new NotSupportedException($"{json.Source}: {SimilarityField} is '{other}', but vectors are compared by their cosine " +
                "here; supported: cosine and dot.");
        }
    }

    private static Dictionary<string, string> Prompts(ConfigObject json)
    {
        var named = new Dictionary<string, string>(StringComparer.Ordinal);
        if (json.ObjectOrNull("prompts") is not { } prompts)
        {
            return named;
        }

        foreach (var prompt in prompts.Element.EnumerateObject())
        {
            named[prompt.Name] = prompt.Value.ValueKind switch
            {
                JsonValueKind.String => prompt.Value.GetString()!,

                // What sentence-transformers writes for a prompt that nobody set.
                JsonValueKind.Null => "",
                _ => throw prompts.Wrong(prompt.Name, "a text", prompt.Value),
            };
        }

        return named;
    }
}
