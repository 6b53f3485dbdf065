using System.Text.Json;

namespace Resift.Local.Tokenization;

/// <summary>
/// Reads <c>tokenizer.json</c>. The vocabulary goes from the file's bytes into its table; the small parts around it are read as elements.
/// Truncation and padding of the file are defaults of its author's calls and are not read.
/// </summary>
internal sealed class TokenizerJson
{
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
            file.ReadParts(File.ReadAllBytes(path));
            return file.Define(configuration);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new InvalidDataException($"{path} is not a tokenizer.json that can be read: {e.Message}", e);
        }
    }

    private void ReadParts(ReadOnlySpan<byte> json)
    {
        ReadOnlySpan<byte> byteOrderMark = [0xEF, 0xBB, 0xBF];
        var reader = new Utf8JsonReader(json.StartsWith(byteOrderMark) ? json[3..] : json);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new InvalidDataException($"{_path} must hold a JSON object, but begins with {reader.TokenType}.");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            ReadPart(ref reader);
        }
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
            case "unk_token" when reader.TokenType == JsonTokenType.String:
                _unknownToken = reader.GetString()!;
                break;
            case "continuing_subword_prefix" when reader.TokenType == JsonTokenType.String:
                _prefix = reader.GetString()!;
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
        Require("normalizer", TypeOf(_normalizer), "BertNormalizer");
        Require("pre_tokenizer", TypeOf(_preTokenizer), "BertPreTokenizer");
        int longestWord = _longestWord ?? 100;
        if (longestWord is < 1 or > 1_000_000)
        {
            throw new InvalidDataException($"{_path}: max_input_chars_per_word must be from 1 to 1000000, but is {longestWord}.");
        }

        var model = new WordPieceModel(_tokens, _prefix, _unknownToken, longestWord);
        List<AddedToken> added = ReadAddedTokens(model);
        (string cls, string sep) = _postProcessor.ValueKind == JsonValueKind.Object
            ? PairTemplate.Read(_postProcessor, _path)
            : (configuration.TokenName("cls_token", "[CLS]"), configuration.TokenName("sep_token", "[SEP]"));

        return new TokenizerDefinition(model, ReadNormalization())
        {
            AddedTokens = added,
            ClsId = Find(cls) ?? throw new InvalidDataException($"{_path} has no token '{cls}', which begins every input."),
            SepId = Find(sep) ?? throw new InvalidDataException($"{_path} has no token '{sep}', which ends a query and a document."),
            PadId = Find(configuration.TokenName("pad_token", "[PAD]")) ?? 0,
            ModelMaxLength = configuration.ModelMaxLength,
        };

        int? Find(string token) => model.FindId(token) ?? added.Find(other => other.Content == token)?.Id;
    }

    private BertNormalization ReadNormalization()
    {
        bool lowercase = _normalizer.GetProperty("lowercase").GetBoolean();
        JsonElement strip = _normalizer.GetProperty("strip_accents");
        return new BertNormalization(
            _normalizer.GetProperty("clean_text").GetBoolean(),
            _normalizer.GetProperty("handle_chinese_chars").GetBoolean(),
            strip.ValueKind == JsonValueKind.Null ? lowercase : strip.GetBoolean(),
            lowercase);
    }

    private List<AddedToken> ReadAddedTokens(WordPieceModel model)
    {
        var added = new List<AddedToken>();
        if (_addedTokens.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement token in _addedTokens.EnumerateArray())
            {
                AddedToken read = AddedToken.Read(token, token.GetProperty("id").GetInt32());
                read.Check(model, _path);
                added.Add(read);
            }
        }

        return added;
    }

    private static string TypeOf(JsonElement part) =>
        part.ValueKind == JsonValueKind.Object ? part.GetProperty("type").GetString() ?? "null" : "null";

    private void Require(string part, string actual, string expected)
    {
        if (actual != expected)
        {
            throw new NotSupportedException(
                $"{_path}: the {part} is {actual}; only {expected} is supported (tokenizers of BERT, MiniLM, ELECTRA and their kin).");
        }
    }
}
