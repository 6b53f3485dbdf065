using System.Globalization;
using System.Text.Json;

namespace Resift.Local.Tokenization;

/// <summary>What <c>tokenizer_config.json</c> and <c>special_tokens_map.json</c> say; both may be absent.</summary>
internal sealed class TokenizerConfiguration
{
    private readonly Dictionary<string, JsonElement> _values = [];

    private TokenizerConfiguration(string folder)
    {
        // The first file that states a value wins.
        foreach (string name in (string[])["tokenizer_config.json", "special_tokens_map.json"])
        {
            string path = Path.Combine(folder, name);
            if (File.Exists(path))
            {
                Add(path);
            }
        }
    }

    /// <summary>Gets the name of the tokenizer's class in transformers, or null.</summary>
    public string? TokenizerClass => Find("tokenizer_class") is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>Gets how many tokens the model reads, or null if that is absent or as good as infinite (1e30 is customary).</summary>
    public int? ModelMaxLength =>
        Find("model_max_length") is { ValueKind: JsonValueKind.Number } value && value.GetDouble() is >= 1 and < 1e9 and double length
            ? (int)length
            : null;

    /// <summary>Reads the files.</summary>
    /// <exception cref="InvalidDataException">One of them is not a JSON object.</exception>
    public static TokenizerConfiguration Read(string folder) => new(folder);

    /// <summary>Gives a setting that is on or off, or null if it is absent or null.</summary>
    public bool? IsOn(string name) => Find(name)?.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    /// <summary>Gives the special token of a role such as <c>cls_token</c>.</summary>
    public string TokenName(string role, string standard) =>
        Find(role) is { } value ? ContentOf(value) ?? standard : standard;

    /// <summary>Gives the special tokens without a role.</summary>
    public IEnumerable<string> AdditionalTokenNames() =>
        Find("additional_special_tokens") is { ValueKind: JsonValueKind.Array } names
            ? names.EnumerateArray().Select(ContentOf).OfType<string>()
            : [];

    /// <summary>Gives the added tokens with their ids and flags, as newer files list them.</summary>
    public IEnumerable<AddedToken> AddedTokens() =>
        Find("added_tokens_decoder") is { ValueKind: JsonValueKind.Object } tokens
            ? tokens.EnumerateObject().Select(token => AddedToken.Read(token.Value, int.Parse(token.Name, CultureInfo.InvariantCulture)))
            : [];

    private static string? ContentOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Object when value.TryGetProperty("content", out JsonElement content) => content.GetString(),
        _ => null,
    };

    private JsonElement? Find(string name) => _values.TryGetValue(name, out JsonElement value) ? value : null;

    private void Add(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                _values.TryAdd(property.Name, property.Value.Clone());
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"{path} must be a JSON object: {e.Message}", e);
        }
    }
}
