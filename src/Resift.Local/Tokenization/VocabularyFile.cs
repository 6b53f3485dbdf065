using System.Text;

namespace Resift.Local.Tokenization;

/// <summary>Reads the tokenizer of a folder that has <c>vocab.txt</c>, one token a line, but no <c>tokenizer.json</c>.</summary>
internal static class VocabularyFile
{
    public const string Name = "vocab.txt";

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

        string extra = Path.Combine(Path.GetDirectoryName(path)!, "added_tokens.json");
        if (File.Exists(extra))
        {
            throw new NotSupportedException(
                $"{extra} is supported only beside a tokenizer.json: save the tokenizer again with a current version of transformers.");
        }

        string unknown = configuration.TokenName("unk_token", "[UNK]");
        var model = new WordPieceModel(ReadTokens(path), "##", unknown, longestWord: 100);
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
        return new TokenizerDefinition(model, normalization)
        {
            AddedTokens = [.. listed.Concat(added).DistinctBy(token => token.Content)],
            ClsId = Find(cls, "begins every input"),
            SepId = Find(sep, "ends a query and a document"),
            PadId = model.FindId(pad) ?? 0,
            ModelMaxLength = configuration.ModelMaxLength,
        };

        int Find(string token, string purpose) => model.FindId(token)
            ?? throw new InvalidDataException($"{path} has no token '{token}', which {purpose}.");
    }

    private static TokenList ReadTokens(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataException($"{path} must be UTF-8 text, one token a line: {e.Message}", e);
        }

        var tokens = new TokenList(path, isLineByLine: true);
        ReadOnlySpan<char> rest = text;
        for (int line = 0; !rest.IsEmpty; line++)
        {
            int end = rest.IndexOf('\n');
            ReadOnlySpan<char> token = end < 0 ? rest : rest[..end];
            tokens.Add(token.TrimEnd('\r'), line);
            rest = end < 0 ? [] : rest[(end + 1)..];
        }

        return tokens;
    }
}
