namespace Resift.Abstractions.Tests;

public sealed class RerankOptionsTests
{
    [Fact]
    public void Constructor_Always_AsksForNothing() =>
        Assert.All(typeof(RerankOptions).GetProperties(), property => Assert.Null(property.GetValue(new RerankOptions())));

    [Fact]
    public void Clone_EveryPropertySet_EqualCopy()
    {
        var options = new RerankOptions
        {
            TopN = 3,
            ModelId = "model",
            Truncation = TruncationPolicy.Error,
            MaxTokensPerDocument = 100,
            Instruction = "Prefer recipes.",
            AdditionalProperties = new() { ["key"] = "value" },
        };
        Assert.All(typeof(RerankOptions).GetProperties(), property => Assert.NotNull(property.GetValue(options)));

        var clone = options.Clone();

        Assert.NotSame(options, clone);
        Assert.Equivalent(options, clone, strict: true);
    }

    [Fact]
    public void Clone_CopyChanged_OriginalStays()
    {
        var options = new RerankOptions { TopN = 3, AdditionalProperties = new() { ["key"] = "value" } };
        var clone = options.Clone();
        clone.TopN = 4;
        clone.AdditionalProperties!["key"] = "other";
        Assert.Equal(3, options.TopN);
        Assert.Equal("value", options.AdditionalProperties["key"]);
    }

    [Fact]
    public void Clone_Subclass_SameTypeWithItsProperties()
    {
        RerankOptions options = new SpecialOptions { TopN = 2, Special = "special" };
        var clone = Assert.IsType<SpecialOptions>(options.Clone());
        Assert.Equal(2, clone.TopN);
        Assert.Equal("special", clone.Special);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void Limits_BelowOne_RefusedByName(int value)
    {
        var options = new RerankOptions { TopN = 5, MaxTokensPerDocument = 6 };
        var topN = Assert.Throws<ArgumentOutOfRangeException>(() => options.TopN = value);
        var maxTokens = Assert.Throws<ArgumentOutOfRangeException>(() => options.MaxTokensPerDocument = value);
        Assert.Equal("TopN", topN.ParamName);
        Assert.Equal("MaxTokensPerDocument", maxTokens.ParamName);
        Assert.Equal((5, 6), (options.TopN, options.MaxTokensPerDocument));
    }

    [Fact]
    public void Limits_OneOrNull_Accepted()
    {
        var options = new RerankOptions { TopN = 1, MaxTokensPerDocument = 1 };
        options.TopN = null;
        options.MaxTokensPerDocument = null;
        Assert.Null(options.TopN);
        Assert.Null(options.MaxTokensPerDocument);
    }

    private sealed class SpecialOptions : RerankOptions
    {
        public SpecialOptions()
        {
        }

        private SpecialOptions(SpecialOptions other)
            : base(other) => Special = other.Special;

        public string? Special { get; set; }

        public override RerankOptions Clone() => new SpecialOptions(this);
    }
}
