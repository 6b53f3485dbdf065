using Resift.Testing;

namespace Resift.Retrieval.Tests;

public sealed class PassageTemplateTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // One token a word.
    private static readonly TokenCounter _words = text =>
        text.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;

    [Theory]
    [InlineData("Databases", "Databases > Sessions > Sharing", "Databases > Sessions > Sharing")]
    [InlineData("Databases", "Sessions", "Databases > Sessions")]
    [InlineData("databases", "Databases > Sessions", "databases > Sessions")]
    [InlineData(null, "Sessions > Sharing > sessions", "Sessions > Sharing")]
    [InlineData("Databases", null, "Databases")]
    [InlineData(" ", "", "")]
    [InlineData(null, null, "")]
    [InlineData("two\nlines", null, "two")]
    public void PrefixOf_TitleAndHeadings_EachOnce(string? title, string? heading, string expected) =>
        Assert.Equal(expected, PassageTemplate.TitleAndHeadings.PrefixOf(Document(title, heading)));

    [Fact]
    public void TextOf_SearchedText_IsReadInPlaceOfTheShownOne()
    {
        var document = Document("Sessions", null) with { SearchedText = "share the data" };
        Assert.Equal("Sessions\nshare the data", PassageTemplate.TitleAndHeadings.TextOf(document));
        Assert.Equal("share the data", PassageTemplate.TextOnly.TextOf(document));
        Assert.Equal("the text", PassageTemplate.TitleAndHeadings.TextOf(Document(null, null)));
    }

    [Theory]
    [InlineData(20, "One two > three\nthe text")]
    [InlineData(6, "One two > three\nthe text")]
    [InlineData(5, "One two\nthe text")]
    [InlineData(4, "One two\nthe text")]
    [InlineData(3, "One\nthe text")]
    [InlineData(2, "the text")]
    [InlineData(1, "the text")]
    [InlineData(-5, "the text")]
    public void TextOf_Limit_CutsThePrefixAndNeverThePassage(int maxTokens, string expected) =>
        Assert.Equal(expected, PassageTemplate.TitleAndHeadings.TextOf(Document("One two", "three"), _words, maxTokens));

    [Fact]
    public void Within_Limit_FitsEveryTextAndKeepsTheName()
    {
        var template = PassageTemplate.TitleAndHeadings.Within(_words, 4);
        Assert.Equal("One two\nthe text", template.TextOf(Document("One two", "three")));
        Assert.Equal(("title > headings", "One two > three"), (template.Name, template.PrefixOf(Document("One two", "three"))));
        Assert.Throws<ArgumentOutOfRangeException>(() => PassageTemplate.TitleAndHeadings.Within(_words, 0));
    }

    [Fact]
    public void TextOf_OwnTemplate_ReadsAnyMetadata()
    {
        var template = new PassageTemplate("brand", document => document.Metadata.GetValueOrDefault("brand"));
        var document = new SearchDocument("1", "red shoe") { Metadata = new Dictionary<string, string> { ["brand"] = "Acme\tGmbH" } };
        Assert.Equal("Acme GmbH\nred shoe", template.TextOf(document));
        Assert.Throws<ArgumentException>(() => new PassageTemplate(" ", _ => null));
    }

    [Fact]
    public async Task Bm25Retriever_HeadingOfAPassage_IsFound()
    {
        var retriever = new Bm25Retriever([Document("Databases", "Sessions") with { Id = "a" }, new("b", "the text of another")]);
        Assert.Equal("a", Assert.Single((await retriever.RetrieveAsync("sessions", null, Cancellation)).Candidates).Id);
        var textOnly = new Bm25Retriever([Document("Databases", "Sessions")], new() { Template = PassageTemplate.TextOnly });
        Assert.Empty((await textOnly.RetrieveAsync("sessions", null, Cancellation)).Candidates);
    }

    [Fact]
    public async Task DenseRetriever_Documents_AreEmbeddedWithTheirHeadings()
    {
        using var generator = new TestEmbeddingGenerator();
        await DenseRetriever.CreateAsync([Document("Databases", "Sessions")], generator, cancellationToken: Cancellation);
        Assert.Equal("Databases > Sessions\nthe text", Assert.Single(Assert.Single(generator.Received)));
    }

    [Fact]
    public async Task DenseRetriever_PrefixCostsTheEndOfAText_IsEmbeddedAgainWithLessOfIt()
    {
        using var generator = new TestEmbeddingGenerator
        {
            GenerateAsyncCallback = (texts, _, _) => Task.FromResult(
                new Microsoft.Extensions.AI.GeneratedEmbeddings<Microsoft.Extensions.AI.Embedding<float>>(
                texts.Select(text => new Microsoft.Extensions.AI.Embedding<float>(new float[] { 1, text.Length })
                {
                    AdditionalProperties = new() { [EmbeddingProperties.TruncatedTokensKey] = Math.Max(0, text.Length - 12) },
                }))),
        };
        await DenseRetriever.CreateAsync(
            [Document("Databases", "Sessions"), new("b", "short")], generator, cancellationToken: Cancellation);
        Assert.Equal(["Databases > Sessions\nthe text", "short"], generator.Received.First());

        // No counter says how much fits, so all of the prefix goes.
        Assert.Equal(["the text"], generator.Received.Last());
    }

    [Fact]
    public async Task TwoStageRetriever_Reranker_ReadsHeadingsAndShowsTheText()
    {
        var found = new RetrievalResponse([new(Document("Databases", "Sessions") with { SearchedText = "clean" }, 1)]);
        var read = new List<string>();
        using var reranker = Rerankers.Answering((_, texts) =>
        {
            read.AddRange(texts);
            return RerankResponse.Create([0.5], ScoreScale.Probability, null);
        });
        var response = await new TwoStageRetriever(new ScriptedRetriever(found), reranker).SearchAsync("q", null, Cancellation);
        Assert.Equal(["Databases > Sessions\nclean"], read);
        Assert.Equal("the text", response.Hits[0].Text);

        read.Clear();
        await new TwoStageRetriever(new ScriptedRetriever(found), reranker) { Template = PassageTemplate.TextOnly }
            .SearchAsync("q", null, Cancellation);
        Assert.Equal(["clean"], read);
    }

    [Fact]
    public async Task TwoStageRetriever_RerankerThatSaysHowMuchItReads_GetsWhatFits()
    {
        var found = new RetrievalResponse([new(Document("One two", "three"), 1)]);
        var read = new List<string>();
        using var inner = Rerankers.Answering((_, texts) =>
        {
            read.AddRange(texts);
            return RerankResponse.Create([0.5], ScoreScale.Probability, null);
        });
        using var reranker = new LimitedReranker(inner);
        await new TwoStageRetriever(new ScriptedRetriever(found), reranker).SearchAsync("two words", null, Cancellation);
        Assert.Equal(["One\nthe text"], read);
    }

    private static SearchDocument Document(string? title, string? heading)
    {
        var metadata = new Dictionary<string, string>();
        if (title is not null)
        {
            metadata[SearchDocument.TitleKey] = title;
        }

        if (heading is not null)
        {
            metadata[PassageExtensions.HeadingKey] = heading;
        }

        return new("id", "the text") { Metadata = metadata };
    }

    /// <summary>Reads eight tokens, of which three are special: three are left for a document beside a query of two.</summary>
    private sealed class LimitedReranker(IReranker inner) : DelegatingReranker(inner)
    {
        public override object? GetService(Type serviceType, object? serviceKey = null) =>
            serviceType == typeof(TokenCounter) ? _words :
            serviceType == typeof(RerankerMetadata) ? new RerankerMetadata("test") { MaxTokensPerPair = 8, SpecialTokensPerPair = 3 } :
            base.GetService(serviceType, serviceKey);
    }
}
