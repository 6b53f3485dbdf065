using Resift.Testing;

namespace Resift.Tests.Llm;

public sealed class PairwiseLlmRerankerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("{\"better\":\"#\"}")]
    [InlineData("#")]
    [InlineData("**#**")]
    [InlineData("Document # is more relevant.")]
    [InlineData("Passage #")]
    [InlineData("```json\n{\"better\": \"Document #\"}\n```")]
    [InlineData("<think>Document A or Document B?</think>#")]
    public async Task RerankAsync_AnswersOfManyForms_TheChoice(string form)
    {
        var client = new TestChatClient(prompt => form.Replace("#", PlaceOf("good", prompt), StringComparison.Ordinal));
        using var reranker = new PairwiseLlmReranker(client);
        var response = await reranker.RerankAsync("q", ["poor", "good"], cancellationToken: Cancellation);
        Assert.Equal([new(1, 1), new RerankResult(0, 0.5)], response.Results);
        Assert.Equal(ScoreScale.Rank, response.ScoreScale);
        Assert.Equal((1, 0, 2), (response.LlmReport!.Comparisons, response.LlmReport!.Ties, client.Received.Count));
    }

    [Theory]
    [InlineData("")]
    [InlineData("A better one would be hard to find.")]
    [InlineData("Document A and Document B are alike.")]
    [InlineData("""{"better":"C"}""")]
    [InlineData("""{"better":1}""")]
    [InlineData("Document About")]
    public async Task RerankAsync_NothingToReadInAnyAnswer_FirstStageOrderDegraded(string text)
    {
        using var reranker = new PairwiseLlmReranker(new TestChatClient(_ => text));
        var response = await reranker.RerankAsync("q", ["a", "b", "c"], cancellationToken: Cancellation);
        Assert.Equal([0, 1, 2], response.Results.Select(result => result.Index));
        Assert.Contains("4 malformed", response.DegradedReason, StringComparison.Ordinal);
        var report = response.LlmReport!;
        Assert.Equal((2, 2, 8), (report.Comparisons, report.Ties, report.Calls));
    }

    [Theory]
    [InlineData("A")]
    [InlineData("B")]
    [InlineData("tie")]
    public async Task RerankAsync_AnswersThatContradictEachOther_AreTiesInFirstStageOrder(string always)
    {
        using var reranker = new PairwiseLlmReranker(new TestChatClient(_ => always));
        var response = await reranker.RerankAsync("q", ["a", "b", "c", "d"], cancellationToken: Cancellation);
        Assert.Equal([0, 1, 2, 3], response.Results.Select(result => result.Index));
        Assert.False(response.IsDegraded);
        Assert.Equal(3, response.LlmReport!.Ties);
    }

    [Fact]
    public async Task RerankAsync_OneOrderOnly_AskedOnceWithTheEarlierDocumentAsA()
    {
        var client = new TestChatClient(_ => "B");
        using var reranker = new PairwiseLlmReranker(client, new() { AskBothOrders = false });
        var response = await reranker.RerankAsync("q", ["a", "b"], cancellationToken: Cancellation);
        Assert.Equal([1, 0], response.Results.Select(result => result.Index));
        Assert.Equal(["a", "b"], PromptReader.Read(Assert.Single(client.Received).Messages[^1].Text).Documents.Select(d => d.Text));
    }

    [Fact]
    public async Task RerankAsync_Reversed_SortedWithinTheStatedNumberOfComparisons()
    {
        string[] documents = [.. Enumerable.Range(0, 30).Select(i => $"value {i}")];
        using var reranker = new PairwiseLlmReranker(new TestChatClient(AnswerByValue), new() { TopK = 4 });
        var response = await reranker.RerankAsync("q", documents, cancellationToken: Cancellation);
        Assert.Equal([29, 28, 27, 26], response.Results.Take(4).Select(result => result.Index));
        Assert.InRange(response.LlmReport!.Comparisons, 29, (4 * 30) - (4 * 5 / 2));
        Assert.False(response.IsDegraded);

        var top = await reranker.RerankAsync("q", documents, new() { TopN = 2 }, Cancellation);
        Assert.Equal([29, 28], top.Results.Select(result => result.Index));
        Assert.Equal(2, top.LlmReport!.Passes);
    }

    [Fact]
    public async Task RerankAsync_BudgetEnds_TheRestKeepsTheOrderAndTheResponseSaysSo()
    {
        string[] documents = [.. Enumerable.Range(0, 10).Select(i => $"value {i}")];
        using var reranker = new PairwiseLlmReranker(new TestChatClient(AnswerByValue), new() { MaxComparisons = 9 });
        var response = await reranker.RerankAsync("q", documents, cancellationToken: Cancellation);
        Assert.Equal([9, 0, 1, 2, 3, 4, 5, 6, 7, 8], response.Results.Select(result => result.Index));
        Assert.Contains("The budget of 9 comparisons ended in pass 2 of 9", response.DegradedReason, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("after rank 1 ", response.DegradedReason, StringComparison.Ordinal);
        Assert.True(response.LlmReport!.IsBudgetExhausted);
    }

    [Fact]
    public async Task RerankAsync_AlreadyInOrder_OnePassOnly()
    {
        string[] documents = [.. Enumerable.Range(0, 10).Select(i => $"value {10 - i}")];
        using var reranker = new PairwiseLlmReranker(new TestChatClient(AnswerByValue));
        var response = await reranker.RerankAsync("q", documents, cancellationToken: Cancellation);
        Assert.Equal(Enumerable.Range(0, 10), response.Results.Select(result => result.Index));
        Assert.Equal((1, 9), (response.LlmReport!.Passes, response.LlmReport!.Comparisons));
    }

    private static string PlaceOf(string text, string prompt) =>
        PromptReader.Read(prompt).Documents.Single(document => document.Text == text).Id;

    private static string AnswerByValue(string prompt) => PromptReader.Read(prompt).Documents
        .MaxBy(document => int.Parse(document.Text["value ".Length..], System.Globalization.CultureInfo.InvariantCulture)).Id;
}
