using System.Text.Json;
using Resift.Local.Tokenization;
using Resift.Testing;

namespace Resift.Local.Tests.Tokenization;

public class TokenizerGoldenTests
{
    public static TheoryData<string> Families => new("bert-uncased-wordpiece", "bert-cased-wordpiece");

    [ReferenceTheory("golden/tokenizers")]
    [MemberData(nameof(Families))]
    public void Encode_TokenizerJson_IdsAndTypesEqualTheReference(string family)
    {
        string folder = TestData.Shared($"golden/tokenizers/{family}");

        int cases = CheckAll(WordPieceTokenizer.Load(folder), folder);

        Assert.Equal(236, cases);
    }

    [ReferenceTheory("golden/tokenizers")]
    [MemberData(nameof(Families))]
    public void Encode_VocabularyFileOnly_IdsAndTypesEqualTheReference(string family)
    {
        string folder = TestData.Shared($"golden/tokenizers/{family}");
        using var copy = new TemporaryFolder();
        foreach (string name in (string[])["vocab.txt", "tokenizer_config.json", "special_tokens_map.json"])
        {
            copy.Write(name, File.ReadAllText(Path.Combine(folder, name)));
        }

        CheckAll(WordPieceTokenizer.Load(copy.Path), folder);
    }

    private static int CheckAll(WordPieceTokenizer tokenizer, string folder)
    {
        int cases = 0;
        foreach (string line in File.ReadLines(Path.Combine(folder, "cases.jsonl")))
        {
            using JsonDocument document = JsonDocument.Parse(line);
            if (document.RootElement.GetProperty("truncation").GetString() is "longest_first" or "none" && HasRoom(document.RootElement))
            {
                Check(tokenizer, document.RootElement);
                cases++;
            }
        }

        return cases;
    }

    private static void Check(WordPieceTokenizer tokenizer, JsonElement golden)
    {
        string name = golden.GetProperty("name").GetString()!;
        (int[] ids, int[] types) = Encode(tokenizer, golden);

        Assert.True(Numbers(golden, "ids").SequenceEqual(ids), $"{name}: {string.Join(' ', ids)}");
        Assert.True(Numbers(golden, "type_ids").SequenceEqual(types), $"{name}: types");
        CheckPairEncoder(tokenizer, golden);
    }

    private static (int[] Ids, int[] Types) Encode(WordPieceTokenizer tokenizer, JsonElement golden)
    {
        string? pair = golden.GetProperty("pair").GetString();
        bool special = golden.GetProperty("add_special_tokens").GetBoolean();
        int[] first = EncodeAll(tokenizer, golden.GetProperty("text").GetString()!);
        int[]? second = pair is null ? null : EncodeAll(tokenizer, pair);
        int limit = MaxLength(golden) - SpecialTokens(golden);
        (int keptFirst, int keptSecond) = second is null
            ? (Math.Min(first.Length, limit), 0)
            : PairTruncation.Truncate(first.Length, second.Length, limit);

        int[] cls = special ? [tokenizer.ClsId] : [];
        int[] sep = special ? [tokenizer.SepId] : [];
        int[] segment = [.. cls, .. first[..keptFirst], .. sep];
        int[] rest = second is null ? [] : [.. second[..keptSecond], .. sep];
        return ([.. segment, .. rest], [.. segment.Select(_ => 0), .. rest.Select(_ => 1)]);
    }

    private static void CheckPairEncoder(WordPieceTokenizer tokenizer, JsonElement golden)
    {
        string text = golden.GetProperty("text").GetString()!;
        string? pair = golden.GetProperty("pair").GetString();
        if (!golden.GetProperty("add_special_tokens").GetBoolean() || MaxLength(golden) < 3)
        {
            return;
        }

        var encoder = new PairEncoder(tokenizer, MaxLength(golden));
        TokenSequence encoded = pair is null ? encoder.EncodeSingle(text) : encoder.Encode(encoder.EncodeQuery(text), pair);

        Assert.Equal(Numbers(golden, "ids"), encoded.Ids);
        Assert.Equal(Numbers(golden, "type_ids").Count(type => type == 0), encoded.FirstSegmentLength);
    }

    private static int[] EncodeAll(WordPieceTokenizer tokenizer, string text)
    {
        int[] ids = new int[text.Length * 3];
        return ids[..tokenizer.Encode(text, ids)];
    }

    // The other ways to cut are not offered here, and a limit below the special tokens is refused.
    private static bool HasRoom(JsonElement golden) => MaxLength(golden) >= SpecialTokens(golden);

    private static int SpecialTokens(JsonElement golden) => !golden.GetProperty("add_special_tokens").GetBoolean()
        ? 0
        : golden.GetProperty("pair").ValueKind == JsonValueKind.Null ? 2 : PairEncoder.SpecialTokensOfPair;

    private static int MaxLength(JsonElement golden) =>
        golden.GetProperty("truncation").GetString() == "none" ? int.MaxValue :
        golden.GetProperty("max_length") is { ValueKind: JsonValueKind.Number } length ? length.GetInt32() : int.MaxValue;

    private static IEnumerable<int> Numbers(JsonElement golden, string name) =>
        golden.GetProperty(name).EnumerateArray().Select(number => number.GetInt32());
}
