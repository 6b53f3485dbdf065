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

    private readonly ModelJson _model;
    private readonly string _path;
    private readonly TokenizerConfiguration _configuration;
    private JsonElement _normalizer;
    private JsonElement _preTokenizer;
    private JsonElement _postProcessor;
    private JsonElement _addedTokens;

    private TokenizerJson(string path, TokenizerConfiguration configuration)
    {
        _path = path;
        _configuration = configuration;
        _model = new ModelJson(path);
    }

    /// <summary>Gets the type of the model, or null where the file neither names it nor has what only one type has.</summary>
    public string? ModelType => _model.Type;

    /// <summary>Reads the file.</summary>
    /// <exception cref="InvalidDataException">The file is not JSON.</exception>
    public static TokenizerJson Read(string path, TokenizerConfiguration configuration) => Guard(path, () =>
    {
        var file = new TokenizerJson(path, configuration);
        file.ReadParts(RegularFile.ReadUtf8(path));
        return file;
    });

    /// <summary>Gets the definition of BERT's tokenizer.</summary>
    /// <exception cref="InvalidDataException">A part is missing or damaged.</exception>
    /// <exception cref="NotSupportedException">A part is of another kind.</exception>
    public TokenizerDefinition DefineWordPiece() => Guard(_path, DefineWordPieceCore);

    /// <summary>Creates a tokenizer of steps.</summary>
    /// <exception cref="InvalidDataException">A part is missing or damaged.</exception>
    /// <exception cref="NotSupportedException">A part is of a kind that is not known.</exception>
    public PipelineTokenizer CreatePipeline() => Guard(_path, CreatePipelineCore);

    private static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
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
                    _model.ReadPart(ref reader);
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

    private TokenizerDefinition DefineWordPieceCore()
    {
        var normalizer = Part("normalizer", _normalizer);
        Require("normalizer", normalizer?.Text("type") ?? "null", "BertNormalizer");
        Require("pre_tokenizer", Part("pre_tokenizer", _preTokenizer)?.Text("type") ?? "null", "BertPreTokenizer");
        var model = _model.CreateWordPiece();
        AddedToken[] added = [.. ReadAddedTokens(model)];
        return new TokenizerDefinition(model, ReadNormalization(normalizer!.Value, _configuration))
        {
            AddedTokens = added,
            MedianTokenLength = _model.Tokens.MedianLength(),
            Template = ReadTemplate(model, added) ?? PairTemplate.Bert(
                Find("cls_token", "[CLS]", "begins every input"), Find("sep_token", "[SEP]", "ends a query and a document")),
            VocabularySize = CheckIds(model, added),
        };

        int Find(string role, string standard, string use)
        {
            string token = _configuration.TokenName(role, standard);
            return FindId(model, added, token) ?? throw new InvalidDataException($"{_path} has no token '{token}', which {use}.");
        }
    }

    private PipelineTokenizer CreatePipelineCore()
    {
        var model = _model.CreateModel() ?? throw new NotSupportedException(
            $"{_path}: the model is {_model.Type ?? "of no type"}; only WordPiece, Unigram and BPE are supported.");
        AddedToken[] added = [.. ReadAddedTokens(model)];
        return new(
            NormalizerReader.Read(Part("normalizer", _normalizer)),
            PreTokenizerReader.Read(Part("pre_tokenizer", _preTokenizer), model, _configuration),
            added)
        {
            Template = ReadTemplate(model, added) ?? PairTemplate.Empty,
            UnknownId = model.UnknownId,
            MedianTokenLength = _model.Tokens.MedianLength(),
            VocabularySize = CheckIds(model, added),
        };
    }

    private PairTemplate? ReadTemplate(IVocabulary vocabulary, AddedToken[] added) =>
        new PairTemplateReader(token => FindId(vocabulary, added, token)).Read(Part("post_processor", _postProcessor));

    private int CheckIds(IVocabulary vocabulary, AddedToken[] added) =>
        _model.Tokens.CheckIds([.. added.Where(token => vocabulary.FindId(token.Content) is null).Select(token => token.Id)]);

    private static int? FindId(IVocabulary vocabulary, AddedToken[] added, string token) =>
        vocabulary.FindId(token) ?? Array.Find(added, other => other.Content == token)?.Id;

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

    private IEnumerable<AddedToken> ReadAddedTokens(IVocabulary vocabulary)
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
            read.Check(vocabulary, _path);
            yield return read;
        }
    }

    private void Require(string part, string actual, string expected)
    {
        if (actual != expected)
        {
            throw new NotSupportedException(
                $"{_path}: the {part} is {actual}; for WordPiece only {expected} is supported " +
                "(tokenizers of BERT, MiniLM, ELECTRA and their kin).");
        }
    }
}
