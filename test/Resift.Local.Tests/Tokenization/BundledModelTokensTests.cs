using System.Text.Json;
using Resift.Local.Tokenization;
using Resift.Testing;

namespace Resift.Local.Tests.Tokenization;

public class BundledModelTokensTests
{
    [Theory]
    [InlineData("models/resift-mini-v2", 207)]
    [InlineData("models/ms-marco-MiniLM-L12-v2", 207)]
    [InlineData("models/all-MiniLM-L6-v2", 157)]
    public void Encode_GoldenLines_HaveTheRecordedNumberOfTokens(string folder, int lines)
    {
        var tokenizer = TokenizerLoader.Load(TestData.InRepository(folder));
        int read = 0;
        foreach (string line in File.ReadLines(TestData.InRepository($"{folder}/golden.jsonl")))
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement golden = document.RootElement;
            var encoder = new PairEncoder(tokenizer, golden.GetProperty("max_length").GetInt32());

            TokenSequence encoded = golden.TryGetProperty("query", out JsonElement query)
                ? encoder.Encode(encoder.EncodeQuery(query.GetString()!), golden.GetProperty("document").GetString()!)
                : encoder.EncodeSingle(golden.GetProperty("text").GetString()!);

            Assert.Equal(golden.GetProperty("tokens").GetInt32(), encoded.Ids.Length);
            read++;
        }

        Assert.Equal(lines, read);
    }
}
