using System.Text.Json;

namespace Resift.Local.Tokenization;

/// <summary>
/// Reads <c>tokenizer.json</c>. The vocabulary goes from the file's bytes into its table; the small parts around it are read as elements.
/// Truncation and padding of the file are defaults of its author's calls and are not read.
/// </summary>
internal sealed class TokenizerJson
{
    private readonly Dictionary<string, JsonElement> _parts = [];
    private readonly TokenList _tokens;
    private readonly string _path;

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
            ReadPart(ref reader, string.Empty);
        }
    }

    private void ReadPart(ref Utf8JsonReader reader, string parent)
    {
        string name = parent + reader.GetString();
        reader.Read();
        if (name == "model" && reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                ReadPart(ref reader, "model.");
            }
        }
        else if (name == "model.vocab" && reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                _tokens.Add(ref reader);
            }
        }
        else if (name is "added_tokens" or "normalizer" or "pre_tokenizer" or "post_processor"
            || (parent.Length > 0 && reader.TokenType is JsonTokenType.String or JsonTokenType.Number))
        {
            _parts[name] = JsonElement.ParseValue(ref reader);
        }
        else
        {
            reader.Skip();
        }
    }

    private TokenizerDefinition Define(TokenizerConfiguration configuration)
    {
        // Files of 2020 do not name the type; only WordPiece has this setting.
        string type = _parts.ContainsKey("model.max_input_chars_per_word") ? Text("model.type", "WordPiece") : Text("model.type", "unnamed");
        Require("model", type, "WordPiece");
        Require("normalizer", TypeOf("normalizer"), "BertNormalizer");
        Require("pre_tokenizer", TypeOf("pre_tokenizer"), "BertPreTokenizer");

        int longestWord = _parts.TryGetValue("model.max_input_chars_per_word", out JsonElement longest) ? longest.GetInt32() : 100;
        if (longestWord is < 1 or > 1_000_000)
        {
            throw new InvalidDataException($"{_path}: max_input_chars_per_word must be from 1 to 1000000, but is {longestWord}.");
        }

        var model = new WordPieceModel(
            _tokens, Text("model.continuing_subword_prefix", "##"), Text("model.unk_token", "[UNK]"), longestWord);
        List<AddedToken> added = ReadAddedTokens(model);
        (string cls, string sep) = _parts.TryGetValue("post_processor", out JsonElement template) && template.ValueKind == JsonValueKind.Object
            ? PairTemplate.Read(template, _path)
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
        JsonElement normalizer = _parts["normalizer"];
        bool lowercase = normalizer.GetProperty("lowercase").GetBoolean();
        JsonElement strip = normalizer.GetProperty("strip_accents");
        return new BertNormalization(
            normalizer.GetProperty("clean_text").GetBoolean(),
            normalizer.GetProperty("handle_chinese_chars").GetBoolean(),
            strip.ValueKind == JsonValueKind.Null ? lowercase : strip.GetBoolean(),
            lowercase);
    }

    private List<AddedToken> ReadAddedTokens(WordPieceModel model)
    {
        var added = new List<AddedToken>();
        if (_parts.TryGetValue("added_tokens", out JsonElement tokens) && tokens.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement token in tokens.EnumerateArray())
            {
                AddedToken read = AddedToken.Read(token, token.GetProperty("id").GetInt32());
                if (model.FindId(read.Content) is { } id && id != read.Id)
                {
                    throw new InvalidDataException(
                        $"{_path}: the token '{read.Content}' is {id} in the vocabulary, but {read.Id} among the added tokens.");
                }

                added.Add(read);
            }
        }

        return added;
    }

    private string Text(string name, string standard) =>
        _parts.TryGetValue(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : standard;

    private string TypeOf(string name) =>
        _parts.TryGetValue(name, out JsonElement part) && part.ValueKind == JsonValueKind.Object
            ? part.GetProperty("type").GetString() ?? "null"
            : "null";

    private void Require(string part, string actual, string expected)
    {
        if (actual != expected)
        {
            throw new NotSupportedException(
                $"{_path}: the {part} is {actual}; only {expected} is supported (tokenizers of BERT, MiniLM, ELECTRA and their kin).");
        }
    }
}
