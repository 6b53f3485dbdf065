using System.Globalization;
using System.Text.Json;
using Resift.Local.Configuration;

namespace Resift.Local.Tokenization;

/// <summary>What <c>tokenizer_config.json</c> and <c>special_tokens_map.json</c> say; both may be absent.</summary>
internal sealed class TokenizerConfiguration
{
    public const string FileName = "tokenizer_config.json";

    public const string TokensFileName = "special_tokens_map.json";

    private readonly ConfigObject[] _files;

    private TokenizerConfiguration(string folder) =>
        _files = [.. new[] { FileName, TokensFileName }.Select(file => ModelFolder.Find(folder, file)).OfType<string>()
            .Select(ConfigFile.ReadObject)];

    /// <summary>Gets the name of the tokenizer's class in transformers, or null.</summary>
    public string? TokenizerClass => Find("tokenizer_class")?.TextOrNull("tokenizer_class");

    /// <summary>Gets how many tokens the model reads, or null if that is absent or as good as infinite (1e30 is customary).</summary>
    public int? ModelMaxLength
    {
        get
        {
            const string Field = "model_max_length";
            return Find(Field) is { } file && !IsEndless(file.Value(Field)!.Value) ? file.PositiveOrNull(Field) : null;

            static bool IsEndless(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.GetDouble() > int.MaxValue;
        }
    }

    /// <summary>Gets why it tells query and document not apart by the types of their tokens; null where it does.</summary>
    public string? WhyWithoutTypes
    {
        get
        {
            const string Field = "model_input_names";
            return Find(Field) is { } file && file.TextsOrNull(Field) is { } names && !names.Contains("token_type_ids")
                ? $"{file.Source}: {Field} lacks token_type_ids"
                : TokenizerClass is "DistilBertTokenizer" or "DistilBertTokenizerFast" ? $"{FileName}: a {TokenizerClass} has none" : null;
        }
    }

    /// <summary>Gets a value indicating whether padding stands before the tokens of a text, and not behind them.</summary>
    public bool PadsLeft
    {
        get
        {
            const string Field = "padding_side";
            return Find(Field) is { } file && file.Text(Field) switch
            {
                "left" => true,
                "right" => false,
                var other => throw new InvalidDataException($"{file.Source}: {Field} must be left or right, found '{other}'."),
            };
        }
    }

    /// <summary>Reads the files.</summary>
    /// <exception cref="InvalidDataException">One of them is not a JSON object.</exception>
    /// <exception cref="NotSupportedException">Texts are to be cut at their beginning.</exception>
    public static TokenizerConfiguration Read(string folder)
    {
        const string Side = "truncation_side";
        var configuration = new TokenizerConfiguration(folder);
        return configuration.Find(Side) is { } file && file.Text(Side) is var side and not "right"
            ? throw new NotSupportedException(
                $"{file.Source}: {Side} '{side}' is not supported; supported: right, which cuts a text at its end.")
            : configuration;
    }

    /// <summary>Gets a setting that is on or off, or null if it is absent or null.</summary>
    public bool? IsOn(string name) => Find(name)?.FlagOrNull(name);

    /// <summary>Gets the special token of a role such as <c>cls_token</c>.</summary>
    public string TokenName(string role, string standard) =>
        Find(role) is { } file ? ContentOf(file, role, file.Value(role)!.Value) : standard;

    /// <summary>Gets the special tokens without a role.</summary>
    public IEnumerable<string> AdditionalTokenNames() => List("additional_special_tokens");

    /// <summary>Gets the words that the tokenizer must not cut.</summary>
    public IEnumerable<string> NeverSplit() => List("never_split");

    /// <summary>Gets the added tokens with their ids and flags, as newer files list them.</summary>
    /// <exception cref="InvalidDataException">One of them lacks its id or content.</exception>
    public AddedToken[] AddedTokens()
    {
        const string Field = "added_tokens_decoder";
        if (Find(Field)?.ObjectOrNull(Field) is not { } tokens)
        {
            return [];
        }

        return [.. tokens.Element.EnumerateObject().Select(token =>
            int.TryParse(token.Name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int id)
                ? AddedToken.Read(ConfigObject.Require($"{tokens.Source}: {id}", token.Value), id)
                : throw new InvalidDataException($"{tokens.Source}: '{token.Name}' is not an id; a whole number was expected."))];
    }

    private IEnumerable<string> List(string field)
    {
        if (Find(field) is not { } file)
        {
            return [];
        }

        var list = file.Value(field)!.Value;
        return list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Select(item => ContentOf(file, field, item))]
            : throw file.Wrong(field, "a list of tokens", list);
    }

    private static string ContentOf(ConfigObject file, string field, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Object => new ConfigObject($"{file.Source}: {field}", value).Text("content"),
        _ => throw file.Wrong(field, "a token, or an object with its content", value),
    };

    /// <summary>Gets the file that states a field; the first one that does wins.</summary>
    private ConfigObject? Find(string field)
    {
        foreach (var file in _files)
        {
            if (file.Value(field) is not null)
            {
                return file;
            }
        }

        return null;
    }
}
