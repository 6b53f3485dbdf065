using System.Text.Json;
using Resift.Local.Configuration;

namespace Resift.Local.Tokenization;

/// <summary>
/// Reads <c>tokenizer.json</c>. The vocabulary goes from the file's bytes into its table; the small parts around it are read as elements.
/// Truncation and padding of the file are defaults of its author's calls and are not read.
/// </summary>
internal sealed class TokenizerJson
{
    public const string FileName = "tokenizer.json";

    // BERT's limit is 100; much more makes cutting a word slow, which costs the square of its length.
    private const int MaxLongestWord = 1_000;

    private readonly TokenList _tokens;
    private readonly string _path;
    private JsonElement _normalizer;
    private JsonElement _preTokenizer;
    private JsonElement _postProcessor;
    private JsonElement _addedTokens;
    private string? _modelType;
    private string _unknownToken = "[UNK]";
    private string _prefix = "##";
    private int? _longestWord;

    private TokenizerJson(string path)
    {
        _path = path;
        _tokens = new TokenList(path, isLineByLine: false);
    }

    /// <summary>Reads the file.</summary>
    /// <exception cref="InvalidDataException">The file is not JSON or lacks a part.</exception>
    /// <exception cref="NotSupportedException">The tokenizer is not BERT's.</exception>
    public static TokenizerDefinition Read(string path, TokenizerConfiguration configuration)
    {
        var file = new TokenizerJson(path);
        try
        {
            file.ReadParts(RegularFile.ReadUtf8(path));
            return file.Define(configuration);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            // InvalidOperationException: a value of another kind, or an escaped surrogate without its other half.
            throw new InvalidDataException($"{path} is not a tokenizer.json that can be read: {e.Message}", e);
        }
    }

    private void ReadParts(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new InvalidDataException($"{_path} must hold a JSON object, but begins with {reader.TokenType}.");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            ReadPart(ref reader);
        }

        // Anything but white space behind the object is an error that the reader finds here.
        reader.Read();
    }

    private void ReadPart(ref Utf8JsonReader reader)
    {
        string? name = reader.GetString();
        reader.Read();
        switch (name)
        {
            case "model" when reader.TokenType == JsonTokenType.StartObject:
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    ReadModelPart(ref reader);
                }

                break;
            case "normalizer":
                _normalizer = JsonElement.ParseValue(ref reader);
                break;
            case "pre_tokenizer":
                _preTokenizer = JsonElement.ParseValue(ref reader);
                break;
            case "post_processor":
                _postProcessor = JsonElement.ParseValue(ref reader);
                break;
            case "added_tokens":
                _addedTokens = JsonElement.ParseValue(ref reader);
                break;
            default:
                reader.Skip();
                break;
        }
    }

    private void ReadModelPart(ref Utf8JsonReader reader)
    {
        string? name = reader.GetString();
        reader.Read();
        switch (name)
        {
            case "type":
                _modelType = reader.GetString();
                break;
            case "unk_token":
                _unknownToken = reader.GetString() ?? _unknownToken;
                break;
            case "continuing_subword_prefix":
                _prefix = reader.GetString() ?? _prefix;
                break;
            case "max_input_chars_per_word":
                _longestWord = reader.GetInt32();

                // Files of 2020 do not name the type; only WordPiece has this setting.
                _modelType ??= "WordPiece";
                break;
            case "vocab" when reader.TokenType == JsonTokenType.StartObject:
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    _tokens.Add(ref reader);
                }

                break;
            default:
                reader.Skip();
                break;
        }
    }

    private TokenizerDefinition Define(TokenizerConfiguration configuration)
    {
        Require("model", _modelType ?? "of no type", "WordPiece");
        var normalizer = Part("normalizer", _normalizer);
        Require("normalizer", normalizer?.Text("type") ?? "null", "BertNormalizer");
        Require("pre_tokenizer", Part("pre_tokenizer", _preTokenizer)?.Text("type") ?? "null", "BertPreTokenizer");
        int longestWord = _longestWord ?? 100;
        if (longestWord is < 1 or > MaxLongestWord)
        {
            throw new InvalidDataException($"{_path}: max_input_chars_per_word must be from 1 to {MaxLongestWord}, but is {longestWord}.");
        }

        var model = new WordPieceModel(_tokens, _prefix, _unknownToken, longestWord);
        AddedToken[] added = [.. ReadAddedTokens(model)];
        (string cls, string sep) = Part("post_processor", _postProcessor) is { } postProcessor
            ? PairTemplate.Read(postProcessor)
            : (configuration.TokenName("cls_token", "[CLS]"), configuration.TokenName("sep_token", "[SEP]"));

        return new TokenizerDefinition(model, ReadNormalization(normalizer!.Value, configuration))
        {
            AddedTokens = added,
            ClsId = Find(cls) ?? throw new InvalidDataException($"{_path} has no token '{cls}', which begins every input."),
            SepId = Find(sep) ?? throw new InvalidDataException($"{_path} has no token '{sep}', which ends a query and a document."),
            VocabularySize = _tokens.CheckIds([.. added.Where(token => model.FindId(token.Content) is null).Select(token => token.Id)]),
        };

        int? Find(string token) => model.FindId(token) ?? Array.Find(added, other => other.Content == token)?.Id;
    }

    private ConfigObject? Part(string name, JsonElement part) =>
        part.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? null : ConfigObject.Require($"{_path}: the {name}", part);

    private static BertNormalization ReadNormalization(ConfigObject json, TokenizerConfiguration configuration)
    {
        bool lowercase = Setting("lowercase");
        var normalization = new BertNormalization(
            Setting("clean_text"), Setting("handle_chinese_chars"), json.FlagOrNull("strip_accents") ?? lowercase, lowercase);

        // transformers takes these from the configuration where both files have them.
        ThrowUnlessSame("do_lower_case", normalization.Lowercase);
        ThrowUnlessSame("strip_accents", normalization.StripAccents);
        ThrowUnlessSame("tokenize_chinese_chars", normalization.HandleChineseChars);
        return normalization;

        bool Setting(string field) => json.FlagOrNull(field) ?? throw json.Missing(field);

        void ThrowUnlessSame(string field, bool value)
        {
            if (configuration.IsOn(field) is { } stated && stated != value)
            {
                throw new InvalidDataException($"{TokenizerConfiguration.FileName} says {field} {(stated ? "true" : "false")}, and " +
                    $"{json.Source} the opposite: they do not belong together. Copy both from one source.");
            }
        }
    }

    private IEnumerable<AddedToken> ReadAddedTokens(WordPieceModel model)
    {
        if (_addedTokens.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            yield break;
        }

        string source = $"{_path}: added_tokens";
        if (_addedTokens.ValueKind != JsonValueKind.Array)
        {
            throw new InvalidDataException($"{source} must be a list, found {ConfigObject.Shown(_addedTokens)}.");
        }

        foreach (var token in ConfigObject.Entries(source, _addedTokens))
        {
            int id = token.Value("id") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out int value)
                ? value
                : throw token.Missing("id");
            var read = AddedToken.Read(token, id);
            read.Check(model, _path);
            yield return read;
        }
    }

    private void Require(string part, string actual, string expected)
    {
        if (actual != expected)
        {
            throw new NotSupportedException(
                $"{_path}: the {part} is {actual}; only {expected} is supported (tokenizers of BERT, MiniLM, ELECTRA and their kin).");
        }
    }
}
