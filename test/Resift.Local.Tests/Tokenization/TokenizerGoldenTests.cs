using System.Text.Json;
using Resift.Local.Tokenization;
using Resift.Testing;

namespace Resift.Local.Tests.Tokenization;

/// <summary>Every golden case of every family: ids and types; where the reference refuses to cut, that there is too little.</summary>
public class TokenizerGoldenTests
{
    private const int Cases = 309;

    public static TheoryData<string> WordPieceFamilies => new("bert-uncased-wordpiece", "bert-cased-wordpiece");

    [ReferenceTheory("golden/tokenizers")]
    [MemberData(nameof(WordPieceFamilies))]
    [InlineData("roberta-bytebpe")]
    [InlineData("qwen-bytebpe")]
    [InlineData("modernbert-bytebpe")]
    [InlineData("xlmr-nfkc")]
    [InlineData("xlmr-precompiled")]
    [InlineData("xlmr-converted")]
    [InlineData("deberta-v2")]
    public void Encode_TokenizerJson_IdsAndTypesEqualTheReference(string family)
    {
        string folder = TestData.Shared($"golden/tokenizers/{family}");

        Assert.Equal(Cases, CheckAll(TokenizerLoader.Load(folder), folder));
    }

    [ReferenceTheory("golden/tokenizers")]
    [MemberData(nameof(WordPieceFamilies))]
    public void Encode_VocabularyFileOnly_IdsAndTypesEqualTheReference(string family)
    {
        string folder = TestData.Shared($"golden/tokenizers/{family}");
        using var copy = new TemporaryFolder();
        foreach (string name in (string[])["vocab.txt", "tokenizer_config.json", "special_tokens_map.json"])
        {
            copy.Write(name, File.ReadAllText(Path.Combine(folder, name)));
        }

        Assert.Equal(Cases, CheckAll(TokenizerLoader.Load(copy.Path), folder));
    }

    private static int CheckAll(Tokenizer tokenizer, string folder)
    {
        int cases = 0;
        foreach (string line in File.ReadLines(Path.Combine(folder, "cases.jsonl")))
        {
            using JsonDocument document = JsonDocument.Parse(line);
            Check(tokenizer, document.RootElement);
            cases++;
        }

        return cases;
    }

    private static void Check(Tokenizer tokenizer, JsonElement golden)
    {
        string name = golden.GetProperty("name").GetString()!;
        string? pair = golden.GetProperty("pair").GetString();
        int[] first = EncodeAll(tokenizer, golden.GetProperty("text").GetString()!);
        int[]? second = pair is null ? null : EncodeAll(tokenizer, pair);
        if (Truncate(first.Length, second?.Length, golden, SpecialTokens(tokenizer, golden)) is not (var keptFirst, var keptSecond))
        {
            Assert.True(golden.TryGetProperty("error", out _), $"{name}: too little to cut, but the reference cuts");
            return;
        }

        Assert.False(golden.TryGetProperty("error", out _), $"{name}: the reference refuses");
        bool special = golden.GetProperty("add_special_tokens").GetBoolean();
        PairTemplate template = special ? tokenizer.Template : WithoutTokens(tokenizer.Template);
        TokenSequence encoded = second is null
            ? template.JoinText(first.AsSpan(0, keptFirst))
            : template.JoinPair(first.AsSpan(0, keptFirst), second.AsSpan(0, keptSecond));

        Assert.True(Numbers(golden, "ids").SequenceEqual(encoded.Ids), $"{name}: {string.Join(' ', encoded.Ids)}");
        Assert.True(Numbers(golden, "type_ids").SequenceEqual(Types(encoded)), $"{name}: types");
        CheckPairEncoder(tokenizer, golden, encoded);
    }

    private static void CheckPairEncoder(Tokenizer tokenizer, JsonElement golden, TokenSequence expected)
    {
        string text = golden.GetProperty("text").GetString()!;
        string? pair = golden.GetProperty("pair").GetString();
        int maxLength = MaxLength(golden) ?? int.MaxValue;
        if (!golden.GetProperty("add_special_tokens").GetBoolean() || maxLength < tokenizer.Template.TokensOfPair
            || golden.GetProperty("truncation").GetString() is "only_first" or "only_second")
        {
            return;
        }

        var encoder = new PairEncoder(tokenizer, maxLength);
        TokenSequence encoded = pair is null ? encoder.EncodeSingle(text) : encoder.Encode(encoder.EncodeQuery(text), pair);

        Assert.Equal(expected.Ids, encoded.Ids);
        Assert.Equal(expected.FirstSegmentLength, encoded.FirstSegmentLength);
    }

    /// <summary>Gets how many tokens of each text stay by the rules of the reference; null where it refuses.</summary>
    private static (int First, int Second)? Truncate(int first, int? second, JsonElement golden, int specialTokens)
    {
        int limit = (MaxLength(golden) ?? int.MaxValue) - specialTokens;
        int surplus = first + (second ?? 0) - limit;
        if (limit < 0 || surplus <= 0)
        {
            return (first, second ?? 0);
        }

        if (limit == 0)
        {
            return (0, 0);
        }

        return golden.GetProperty("truncation").GetString() switch
        {
            "longest_first" => second is null ? (limit, 0) : PairTruncation.Truncate(first, second.Value, limit),
            "only_first" => first > surplus ? (first - surplus, second ?? 0) : null,
            "only_second" => second > surplus ? (first, second.Value - surplus) : null,
            var other => throw new InvalidOperationException($"An unknown way to cut: {other}."),
        };
    }

    private static PairTemplate WithoutTokens(PairTemplate template) =>
        PairTemplate.Empty with { FirstTypeBetween = template.FirstTypeBetween is null ? null : 0 };

    private static int[] EncodeAll(Tokenizer tokenizer, string text)
    {
        int[] ids = new int[tokenizer.Encode(text, [])];
        Assert.Equal(ids.Length, tokenizer.Encode(text, ids));
        return ids;
    }

    private static int SpecialTokens(Tokenizer tokenizer, JsonElement golden) => !golden.GetProperty("add_special_tokens").GetBoolean()
        ? 0
        : golden.GetProperty("pair").ValueKind == JsonValueKind.Null ? tokenizer.Template.TokensOfText : tokenizer.Template.TokensOfPair;

    private static int? MaxLength(JsonElement golden) =>
        golden.GetProperty("truncation").GetString() != "none"
        && golden.GetProperty("max_length") is { ValueKind: JsonValueKind.Number } length ? length.GetInt32() : null;

    private static IEnumerable<int> Types(TokenSequence sequence) =>
        Enumerable.Range(0, sequence.Length).Select(place => place < sequence.FirstSegmentLength ? 0 : 1);

    private static IEnumerable<int> Numbers(JsonElement golden, string name) =>
        golden.GetProperty(name).EnumerateArray().Select(number => number.GetInt32());
}
