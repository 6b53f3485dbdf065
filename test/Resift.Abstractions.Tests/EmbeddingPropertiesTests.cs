using Microsoft.Extensions.AI;

namespace Resift.Abstractions.Tests;

public sealed class EmbeddingPropertiesTests
{
    [Theory]
    [InlineData(EmbeddingPurpose.Query, "query")]
    [InlineData(EmbeddingPurpose.Document, "document")]
    public void SetPurpose_Purpose_IsATextThatIsReadBack(EmbeddingPurpose purpose, string value)
    {
        var options = new EmbeddingGenerationOptions { AdditionalProperties = new() { ["other"] = 1 } };

        options.SetPurpose(purpose);

        Assert.Equal(value, options.AdditionalProperties["resift.purpose"]);
        Assert.Equal(1, options.AdditionalProperties["other"]);
        Assert.Equal(purpose, options.GetPurpose());
        Assert.Equal(purpose, options.Clone().GetPurpose());
    }

    [Fact]
    public void SetPurpose_Null_TakesItAway()
    {
        var options = new EmbeddingGenerationOptions();
        options.SetPurpose(null);
        Assert.Null(options.AdditionalProperties);

        options.SetPurpose(EmbeddingPurpose.Query);
        options.SetPurpose(null);

        Assert.Null(options.GetPurpose());
        Assert.Empty(options.AdditionalProperties!);
    }

    [Fact]
    public void SetPurpose_NoMember_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new EmbeddingGenerationOptions().SetPurpose((EmbeddingPurpose)2));

    [Fact]
    public void GetPurpose_NobodySaidIt_IsNull()
    {
        Assert.Null(((EmbeddingGenerationOptions?)null).GetPurpose());
        Assert.Null(new EmbeddingGenerationOptions().GetPurpose());
        Assert.Null(new EmbeddingGenerationOptions { AdditionalProperties = new() { ["input_type"] = "query" } }.GetPurpose());
    }

    [Theory]
    [InlineData("passage")]
    [InlineData(1)]
    public void GetPurpose_AnotherValue_SaysWhatWasExpected(object value)
    {
        var options = new EmbeddingGenerationOptions { AdditionalProperties = new() { [EmbeddingProperties.PurposeKey] = value } };

        var error = Assert.Throws<ArgumentException>(() => options.GetPurpose());

        Assert.Contains($"'resift.purpose' is '{value}'; 'query' or 'document' was expected", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GetTruncatedTokens_SaidOrNot_IsTheNumberOrZero()
    {
        var embedding = new Embedding<float>(new float[] { 1 });
        Assert.Equal(0, embedding.GetTruncatedTokens());

        embedding.AdditionalProperties = new() { ["truncated_tokens"] = 7 };

        Assert.Equal(7, embedding.GetTruncatedTokens());
    }
}
