using System.Text.Json;

namespace Resift.Local.Tokenization;

/// <summary>
/// The <c>model</c> of a <c>tokenizer.json</c>. Its vocabulary goes from the file's bytes into a list of tokens; nothing of it is checked
/// against the rest before all of it is read, as the order of its parts is free.
/// </summary>
internal sealed class ModelJson(string path)
{
    // BERT's limit is 100; much more makes cutting a word slow, which costs the square of its length.
    private const int MaxLongestWord = 1_000;

    private readonly List<double> _scores = [];
    private readonly List<(string First, string Second)> _merges = [];
    private string? _type;
    private string? _unknownToken;
    private string? _prefix;
    private string? _suffix;
    private int? _longestWord;
    private int? _unknownId;
    private double _dropout;
    private bool _fusesUnknown;
    private bool _fallsBackToBytes;
    private bool _ignoresMerges;

    /// <summary>Gets the type of the model; files of 2020 do not name it, and are told by what only one type has.</summary>
    public string? Type => _type ?? (_longestWord is not null ? "WordPiece" : HasMerges ? "BPE" : HasScores ? "Unigram" : null);

    public TokenList Tokens { get; } = new(path, isLineByLine: false);

    private bool HasMerges { get; set; }

    private bool HasScores { get; set; }

    /// <summary>Reads one part of the model, whose name the reader stands on.</summary>
    public void ReadPart(ref Utf8JsonReader reader)
    {
        string? name = reader.GetString();
        reader.Read();
        switch (name)
        {
            case "type":
                _type = reader.GetString();
                break;
            case "unk_token":
                _unknownToken = reader.GetString();
                break;
            case "continuing_subword_prefix":
                _prefix = reader.GetString();
                break;
            case "end_of_word_suffix":
                _suffix = reader.GetString();
                break;
            case "max_input_chars_per_word":
                _longestWord = reader.GetInt32();
                break;
            case "unk_id" when reader.TokenType != JsonTokenType.Null:
                _unknownId = reader.GetInt32();
                break;
            case "dropout" when reader.TokenType != JsonTokenType.Null:
                _dropout = reader.GetDouble();
                break;
            case "fuse_unk":
                _fusesUnknown = reader.GetBoolean();
                break;
            case "byte_fallback":
                _fallsBackToBytes = reader.GetBoolean();
                break;
            case "ignore_merges":
                _ignoresMerges = reader.GetBoolean();
                break;
            case "vocab" when reader.TokenType == JsonTokenType.StartObject:
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    Tokens.Add(ref reader);
                }

                break;
            case "vocab" when reader.TokenType == JsonTokenType.StartArray:
                HasScores = true;
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    ReadScoredToken(ref reader);
                }

                break;
            case "merges" when reader.TokenType == JsonTokenType.StartArray:
                HasMerges = true;
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    ReadMerge(ref reader);
                }

                break;
            default:
                reader.Skip();
                break;
        }
    }

    /// <summary>Creates the model of BERT's tokenizer.</summary>
    public WordPieceModel CreateWordPiece()
    {
        RequireVocabulary(hasScores: false);
        int longestWord = _longestWord ?? 100;
        return longestWord is >= 1 and <= MaxLongestWord
            ? new(Tokens, _prefix ?? "##", _unknownToken ?? "[UNK]", longestWord)
            : throw new InvalidDataException($"{path}: max_input_chars_per_word must be from 1 to {MaxLongestWord}, but is {longestWord}.");
    }

    /// <summary>Creates the model of a tokenizer of steps; null where its type is unknown.</summary>
    public TokenModel? CreateModel()
    {
        switch (Type)
        {
            case "Unigram":
                RequireVocabulary(hasScores: true);
                int unknownId = _unknownId ?? throw new InvalidDataException(
                    $"{path}: the model lacks unk_id, the id of what stands for unknown characters; fetch the file again.");
                return new UnigramModel(Tokens, [.. _scores], unknownId, _fallsBackToBytes);
            case "BPE":
                RequireVocabulary(hasScores: false);
                RequireNone("continuing_subword_prefix", _prefix);
                RequireNone("end_of_word_suffix", _suffix);
                RequireNone("dropout", _dropout == 0 ? "" : "a chance to leave out merges");
                return new BpeModel(Tokens, _merges, new(_unknownToken, _fusesUnknown, _fallsBackToBytes, _ignoresMerges));
            default:
                return null;
        }
    }

    private void ReadScoredToken(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.StartArray && reader.Read() && reader.TokenType == JsonTokenType.String)
        {
            Tokens.AddNext(ref reader);
            if (reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out double score) && double.IsFinite(score)
                && reader.Read() && reader.TokenType == JsonTokenType.EndArray)
            {
                _scores.Add(score);
                return;
            }
        }

        throw new InvalidDataException($"{path}: vocab: entry {_scores.Count} must be a token and its score, as [\"a\", -1.5].");
    }

    private void ReadMerge(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            string line = reader.GetString()!;
            if (line.Split(' ') is [var left, var right])
            {
                // The first line of a merges.txt, which some have copied along.
                if (left != "#version:")
                {
                    _merges.Add((left, right));
                }

                return;
            }
        }
        else if (reader.TokenType == JsonTokenType.StartArray
            && TryReadText(ref reader, out string first) && TryReadText(ref reader, out string second)
            && reader.Read() && reader.TokenType == JsonTokenType.EndArray)
        {
            _merges.Add((first, second));
            return;
        }

        throw new InvalidDataException($"{path}: merges: entry {_merges.Count} must be two tokens, as \"a b\" or [\"a\", \"b\"].");
    }

    private static bool TryReadText(ref Utf8JsonReader reader, out string text)
    {
        bool isText = reader.Read() && reader.TokenType == JsonTokenType.String;
        text = isText ? reader.GetString()! : "";
        return isText;
    }

    private void RequireVocabulary(bool hasScores)
    {
        if (HasScores != hasScores)
        {
            throw new InvalidDataException($"{path}: the vocab of a {Type} model must be " +
                (hasScores ? "a list of tokens with their scores" : "an object of tokens with their ids") + "; fetch the file again.");
        }
    }

    private void RequireNone(string part, string? found)
    {
        if (!string.IsNullOrEmpty(found))
        {
            throw new NotSupportedException($"{path}: the model has {part} ({found}), which is not supported for BPE.");
        }
    }
}
