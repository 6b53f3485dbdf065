using System.Globalization;
using Resift.Testing;

namespace Resift.Tests.Providers;

/// <summary>The table of models: each once, with its source, and as the guide shows it.</summary>
public sealed class HostedModelsTests
{
    private const string Begin = "<!-- models -->\n";
    private const string End = "<!-- end of models -->";

    [Fact]
    public void All_EachModel_OnceWithASourceAndADate()
    {
        Assert.Equal(
            HostedModels.All.Count,
            HostedModels.All.Select(model => $"{model.Provider}/{model.Name}".ToUpperInvariant()).Distinct().Count());
        Assert.All(HostedModels.All, model => Assert.NotEmpty(model.Source));
        Assert.All(HostedModels.All, model => Assert.InRange(model.AsOf, new(2026, 1, 1), new(2036, 1, 1)));
        Assert.All(
            HostedModels.All.Where(model => model.Price is not null),
            model => Assert.True(model.Price!.PerMillionTokens > 0 || model.Price.PerThousandSearchUnits > 0));
    }

    [Theory]
    [InlineData("cohere", "rerank-v4.0-fast", 32_768)]
    [InlineData("cohere", "RERANK-V4.0-FAST", 32_768)]
    [InlineData("cohere", "rerank-v4.0-fast-2", null)]
    [InlineData("cohere", "other/rerank-v4.0-fast", null)]
    [InlineData("voyage", "rerank-v4.0-fast", null)]
    [InlineData("voyage", null, null)]
    public void Find_Name_OnlyAsAWhole(string provider, string? name, int? expected) =>
        Assert.Equal(expected, HostedModels.Find(provider, name)?.MaxTokensPerPair);

    [Theory]
    [InlineData("openai", "text-embedding-3-small", 0.02)]
    [InlineData("cohere", "rerank-v5.0-pro", 0.05)]
    public void DefaultPrices_Token_OfTheTable(string provider, string model, double expected) =>
        Assert.Equal((decimal)expected, PriceTable.Default.Estimate(provider, model, new() { InputTokens = 1_000_000 }));

    [Theory]
    [InlineData("rerank-english-v3.0")]
    [InlineData("rerank-multilingual-v3.0")]
    public void DefaultPrices_FirstModelsOfCohere_AreKnown(string model) =>
        Assert.Equal(2.00m, PriceTable.Default.Estimate("cohere", model, new() { SearchUnits = 1_000 }));

    [Fact]
    public void Guide_TableOfModels_IsTheTable()
    {
        string guide = File.ReadAllText(TestData.InRepository("docs/guide-providers.md"));
        int start = guide.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        Assert.Equal(Table(), guide[start..guide.IndexOf(End, StringComparison.Ordinal)]);
    }

    private static string Table() => string.Concat(HostedModels.All.Select(Row).Prepend("""
        | provider | model | tokens of a pair | documents a request | price in US dollars | as of | source |
        |---|---|---|---|---|---|---|

        """));

    private static string Row(HostedModel model)
    {
        string documents = Number(model.MaxDocumentsPerRequest) + (model.IsListwise ? ", read together" : "");
        return $"| {(model.Provider is "" ? "any" : model.Provider)} | {model.Name} | {Number(model.MaxTokensPerPair)} | {documents} | " +
            $"{Price(model.Price)} | {model.AsOf.ToString("yyyy-MM", CultureInfo.InvariantCulture)} | {model.Source} |\n";
    }

    private static string Number(int? number) => number?.ToString("N0", CultureInfo.InvariantCulture) ?? "–";

    private static string Price(ModelPrice? price) => price switch
    {
        { PerMillionTokens: { } dollars } => string.Create(CultureInfo.InvariantCulture, $"{dollars} a million tokens"),
        { PerThousandSearchUnits: { } dollars } => string.Create(CultureInfo.InvariantCulture, $"{dollars} a thousand searches"),
        _ => "–",
    };
}
