using System.Globalization;
using System.Text;
using Resift.Local.Configuration;

namespace Resift.Local.Tokenization;

/// <summary>Reads the tokenizer of a folder that has <c>vocab.txt</c>, one token a line, but no <c>tokenizer.json</c>.</summary>
internal static class VocabularyFile
{
    public const string FileName = "vocab.txt";

    public const string AddedTokensFileName = "added_tokens.json";

    private static readonly string[] _classes = ["BertTokenizer", "DistilBertTokenizer", "ElectraTokenizer", "MobileBertTokenizer"];

    /// <summary>Reads the file and takes everything else from the configuration, with BERT's defaults.</summary>
    /// <exception cref="InvalidDataException">The file is not UTF-8, or a token is there twice or missing.</exception>
    /// <exception cref="NotSupportedException">The configuration names another kind of tokenizer.</exception>
    public static TokenizerDefinition Read(string path, TokenizerConfiguration configuration)
    {
        string? kind = configuration.TokenizerClass;
        if (kind is not null && !_classes.Contains(kind.EndsWith("Fast", StringComparison.Ordinal) ? kind[..^4] : kind))
        {
            throw new NotSupportedException(
                $"The tokenizer of {path} is a {kind}; without a tokenizer.json only {string.Join(", ", _classes)} are supported.");
        }

        if (ModelFolder.Find(Path.GetDirectoryName(path)!, AddedTokensFileName) is { } extra)
        {
            throw new NotSupportedException(
                $"{extra} is supported only beside a tokenizer.json: save the tokenizer again with a current version of transformers.");
        }

        if (configuration.IsOn("do_basic_tokenize") == false || configuration.NeverSplit().Any())
        {
            throw new NotSupportedException($"The tokenizer of {path} has do_basic_tokenize false or words in never_split " +
                $"({TokenizerConfiguration.FileName}), which is not supported without a tokenizer.json.");
        }

        string unknown = configuration.TokenName("unk_token", "[UNK]");
        var tokens = ReadTokens(path);
        var model = new WordPieceModel(tokens, "##", unknown, longestWord: 100);
        string cls = configuration.TokenName("cls_token", "[CLS]");
        string sep = configuration.TokenName("sep_token", "[SEP]");
        string pad = configuration.TokenName("pad_token", "[PAD]");
        bool lowercase = configuration.IsOn("do_lower_case") ?? true;
        var normalization = new BertNormalization(
            CleanText: true,
            HandleChineseChars: configuration.IsOn("tokenize_chinese_chars") ?? true,
            StripAccents: configuration.IsOn("strip_accents") ?? lowercase,
            Lowercase: lowercase);

        string mask = configuration.TokenName("mask_token", "[MASK]");
        string[] special = [unknown, cls, sep, pad, mask, .. configuration.AdditionalTokenNames()];
        IEnumerable<AddedToken> added = special
            .Where(token => model.FindId(token) is not null)
            .Select(token => new AddedToken(token, model.FindId(token)!.Value));
        AddedToken[] listed = configuration.AddedTokens();
        Array.ForEach(listed, token => token.Check(model, path));
        AddedToken[] all = [.. listed.Concat(added).DistinctBy(token => token.Content)];
        return new TokenizerDefinition(model, normalization)
        {
            AddedTokens = all,
            MedianTokenLength = tokens.MedianLength(),
            Template = PairTemplate.Bert(Find(cls, "begins every input"), Find(sep, "ends a query and a document")),
            VocabularySize = tokens.CheckIds([.. all.Where(token => model.FindId(token.Content) is null).Select(token => token.Id)]),
        };

        int Find(string token, string purpose) => model.FindId(token)
            ?? throw new InvalidDataException($"{path} has no token '{token}', which {purpose}.");
    }

    /// <summary>Checks that the file gives each token the id that a <c>tokenizer.json</c> beside it gives it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="definition">What the other file says.</param>
    /// <param name="other">Its path.</param>
    /// <exception cref="InvalidDataException">A token has another id there, or is missing here or there.</exception>
    public static void ThrowUnlessSame(string path, TokenizerDefinition definition, string other)
    {
        var added = definition.AddedTokens.DistinctBy(token => token.Content)
            .ToDictionary(token => token.Content, token => token.Id, StringComparer.Ordinal)
            .GetAlternateLookup<ReadOnlySpan<char>>();
        int count = ReadLines(path, (token, line) =>
        {
            int? id = definition.Model.FindId(token) ?? (added.TryGetValue(token, out int known) ? known : null);
            if (id != line && !token.IsEmpty)
            {
                string found = id?.ToString(CultureInfo.InvariantCulture) ?? "none";
                throw new InvalidDataException($"{path}: the token '{token}' on line {line + 1} has the id {line}, but in {other} it has " +
                    $"{found}: they do not belong together. Copy both from one source.");
            }
        });
        if (count < definition.Model.TokenCount)
        {
            throw new InvalidDataException($"{path} has {count} tokens, but {other} has {definition.Model.TokenCount}: they do not " +
                "belong together. Copy both from one source.");
        }
    }

    private static TokenList ReadTokens(string path)
    {
        var tokens = new TokenList(path, isLineByLine: true);
        ReadLines(path, tokens.Add);
        return tokens;
    }

    private static int ReadLines(string path, Action<ReadOnlySpan<char>, int> take)
    {
        ReadOnlySpan<char> rest = Encoding.UTF8.GetString(RegularFile.ReadUtf8(path));
        int line = 0;
        for (; !rest.IsEmpty; line++)
        {
            int end = rest.IndexOf('\n');
            take((end < 0 ? rest : rest[..end]).TrimEnd('\r'), line);
            rest = end < 0 ? [] : rest[(end + 1)..];
        }

        return line;
    }
}
