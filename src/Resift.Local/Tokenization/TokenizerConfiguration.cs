using System.Globalization;
using System.Text.Json;

namespace Resift.Local.Tokenization;

/// <summary>What <c>tokenizer_config.json</c> and <c>special_tokens_map.json</c> say; both may be absent.</summary>
internal sealed class TokenizerConfiguration
{
    private const string FileName = "tokenizer_config.json";

    private readonly List<JsonElement> _files = [];

    private TokenizerConfiguration(string folder)
    {
        Add(Path.Combine(folder, FileName));
        Add(Path.Combine(folder, "special_tokens_map.json"));
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
    /// <exception cref="InvalidDataException">One of them lacks its id or content.</exception>
    public AddedToken[] AddedTokens()
    {
        if (Find("added_tokens_decoder") is not { ValueKind: JsonValueKind.Object } tokens)
        {
            return [];
        }

        try
        {
            return [.. tokens.EnumerateObject().Select(token =>
                AddedToken.Read(token.Value, int.Parse(token.Name, CultureInfo.InvariantCulture)))];
        }
        catch (Exception e) when (e is FormatException or OverflowException or InvalidOperationException or KeyNotFoundException)
        {
            throw new InvalidDataException($"{FileName}: added_tokens_decoder must give each id a token with its content: {e.Message}", e);
        }
    }

    private static string? ContentOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Object when value.TryGetProperty("content", out JsonElement content) => ContentOf(content),
        _ => null,
    };

    /// <summary>Gives a value; the first file that states it wins.</summary>
    private JsonElement? Find(string name)
    {
        foreach (JsonElement file in _files)
        {
            if (file.TryGetProperty(name, out JsonElement value))
            {
                return value;
            }
        }

        return null;
    }

    private void Add(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new InvalidDataException($"{path} must hold a JSON object, but holds {document.RootElement.ValueKind}.");
            }

            _files.Add(document.RootElement.Clone());
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} is not valid JSON: {e.Message}", e);
        }
    }
}
