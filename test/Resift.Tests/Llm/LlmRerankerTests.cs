using Microsoft.Extensions.AI;
using Resift.Testing;

namespace Resift.Tests.Llm;

/// <summary>What all LLM rerankers have in common, tested with the pointwise one.</summary>
public sealed class LlmRerankerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RerankAsync_NoDocuments_NoCall()
    {
        var client = PromptReader.HonestClient();
        foreach (IReranker reranker in new IReranker[]
            { new ListwiseLlmReranker(client), new PointwiseLlmReranker(client), new PairwiseLlmReranker(client) })
        {
            var response = await reranker.RerankAsync("q", [], cancellationToken: Cancellation);
            Assert.Empty(response.Results);
            Assert.Equal("scripted", response.ModelId);
        }

        Assert.Empty(client.Received);
    }

    [Fact]
    public async Task RerankAsync_Request_IsDeterministicAndCarriesTheOptions()
    {
        var client = PromptReader.HonestClient();
        using var reranker = new PointwiseLlmReranker(client, new() { Seed = 7, ConfigureChat = chat => chat.MaxOutputTokens = 9 });
        var options = new RerankOptions { ModelId = "other", Instruction = "Only recipes count." };
        await reranker.RerankAsync("q", ["d"], options, Cancellation);
        await reranker.RerankAsync("q", ["d"], options, Cancellation);

        var (messages, chat) = client.Received.First();
        Assert.Equal(("other", 0f, 7L, 9), (chat!.ModelId, chat.Temperature, chat.Seed, chat.MaxOutputTokens));
        Assert.Equal("pointwise_answer", Assert.IsType<ChatResponseFormatJson>(chat.ResponseFormat).SchemaName);
        Assert.Equal([ChatRole.System, ChatRole.User], messages.Select(message => message.Role));
        Assert.Contains("What counts as relevant here: Only recipes count.\n", messages[0].Text, StringComparison.Ordinal);
        Assert.Equal(messages.Select(message => message.Text), client.Received.Last().Messages.Select(message => message.Text));
    }

    [Fact]
    public async Task RerankAsync_OptionsTurnedOff_NotInTheRequest()
    {
        var client = PromptReader.HonestClient();
        using var reranker = new PointwiseLlmReranker(client, new() { Temperature = null, UseStructuredOutput = false });
        await reranker.RerankAsync("q", ["d"], cancellationToken: Cancellation);
        var (messages, chat) = Assert.Single(client.Received);
        Assert.Null(chat!.Temperature);
        Assert.Null(chat.ResponseFormat);
        Assert.DoesNotContain("{instruction}", messages[0].Text, StringComparison.Ordinal);
        Assert.DoesNotContain("What counts", messages[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RerankAsync_Usage_SummedOverAllCalls()
    {
        using var reranker = new PointwiseLlmReranker(PromptReader.HonestClient());
        var response = await reranker.RerankAsync("q", ["a", "b", "c"], cancellationToken: Cancellation);
        Assert.Equal((3, 30L), (response.Usage!.Pairs, response.Usage.InputTokens));
        Assert.Equal((3, 9L), (response.LlmReport!.Calls, response.LlmReport!.OutputTokens));
        Assert.Equal("scripted-1", response.ModelId);
    }

    [Fact]
    public async Task RerankAsync_OneAnswerWithoutUsage_TokensUnknown()
    {
        using var reranker = new PointwiseLlmReranker(new TestChatClient((messages, _, _) =>
        {
            var answer = TestChatClient.Answer("1");
            answer.Usage = messages[^1].Text.Contains("silent", StringComparison.Ordinal) ? null : answer.Usage;
            return Task.FromResult(answer);
        }));
        var response = await reranker.RerankAsync("q", ["a", "silent"], cancellationToken: Cancellation);
        Assert.Null(response.Usage!.InputTokens);
        Assert.Null(response.LlmReport!.OutputTokens);
    }

    [Fact]
    public async Task RerankAsync_LongTexts_CutBetweenCharactersAndReported()
    {
        var client = PromptReader.HonestClient();
        using var reranker = new PointwiseLlmReranker(client, new() { MaxCharactersPerDocument = 5, MaxCharactersPerQuery = 3 });
        var response = await reranker.RerankAsync("query", ["12345", "1234\U0001F600", "12345678901234"], cancellationToken: Cancellation);
        Assert.Equal([new(1, 1), new TruncatedDocument(2, 3)], response.Usage!.TruncatedDocuments);
        Assert.Equal(1, response.Usage.QueryTokensCut);
        var seen = client.Received.Select(call => PromptReader.Read(call.Messages[^1].Text).Documents[0].Text);
        Assert.Equal(["1234", "12345"], seen.Order());
    }

    [Fact]
    public async Task RerankAsync_TokenCounter_LimitsAndReportsExactly()
    {
        var client = PromptReader.HonestClient();
        using var reranker = new PointwiseLlmReranker(client, new() { CountTokens = text => TestWords.Of(text.ToString()).Count() });
        var response = await reranker.RerankAsync("q", ["one two three four", "one"], new() { MaxTokensPerDocument = 2 }, Cancellation);
        Assert.Equal([new TruncatedDocument(0, 2)], response.Usage!.TruncatedDocuments);
        Assert.Contains("\none two \n", client.Received.Select(call => call.Messages[^1].Text).Max(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RerankAsync_WhatCannotBeDone_RefusedWithoutACall()
    {
        var client = PromptReader.HonestClient();
        using var reranker = new PointwiseLlmReranker(
            client, new() { MaxDocuments = 2, MaxCharactersPerDocument = 3, MaxCharactersPerQuery = 3 });
        var error = new RerankOptions { Truncation = TruncationPolicy.Error };
        await Assert.ThrowsAsync<NotSupportedException>(
            () => reranker.RerankAsync("q", ["d"], new() { MaxTokensPerDocument = 5 }, Cancellation));
        var many = await Assert.ThrowsAsync<ArgumentException>(
            () => reranker.RerankAsync("q", ["a", "b", "c"], cancellationToken: Cancellation));
        var document = await Assert.ThrowsAsync<ArgumentException>(() => reranker.RerankAsync("q", ["a", "long"], error, Cancellation));
        var query = await Assert.ThrowsAsync<ArgumentException>(() => reranker.RerankAsync("long", ["a"], error, Cancellation));
        Assert.Contains("There are 3 documents; at most 2", many.Message, StringComparison.Ordinal);
        Assert.Contains("Document 1 is longer", document.Message, StringComparison.Ordinal);
        Assert.Equal("query", query.ParamName);
        Assert.Empty(client.Received);
    }

    [Fact]
    public async Task RerankAsync_ClientThrows_ItsExceptionPasses()
    {
        foreach (var make in new Func<IChatClient, IReranker>[]
            { c => new ListwiseLlmReranker(c), c => new PointwiseLlmReranker(c), c => new PairwiseLlmReranker(c) })
        {
            using var reranker = make(new TestChatClient((_, _, _) => throw new HttpRequestException("down")));
            var error = await Assert.ThrowsAsync<HttpRequestException>(
                () => reranker.RerankAsync("q", ["a", "b"], cancellationToken: Cancellation));
            Assert.Equal("down", error.Message);
        }
    }

    [Fact]
    public async Task RerankAsync_CancelledWhileTheModelAnswers_Ends()
    {
        foreach (var make in new Func<IChatClient, IReranker>[]
            { c => new ListwiseLlmReranker(c), c => new PointwiseLlmReranker(c), c => new PairwiseLlmReranker(c) })
        {
            using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            var asked = new TaskCompletionSource();
            var client = new TestChatClient(async (_, _, token) =>
            {
                asked.TrySetResult();
                await Task.Delay(Timeout.Infinite, token);
                return TestChatClient.Answer("never");
            });
            using var reranker = make(client);
            var call = reranker.RerankAsync("q", ["a", "b", "c"], cancellationToken: cancellation.Token);
            await asked.Task.WaitAsync(Cancellation);
            await cancellation.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        }
    }

    [Fact]
    public void GetService_Metadata_FromTheClient()
    {
        var client = PromptReader.HonestClient();
        using var reranker = new PointwiseLlmReranker(client);
        var metadata = reranker.GetService<RerankerMetadata>()!;
        Assert.Equal(("test", "scripted", 1_000), (metadata.ProviderName, metadata.DefaultModelId, metadata.MaxDocuments));
        Assert.True(metadata.IsPointwise);
        Assert.Same(client, reranker.GetService<TestChatClient>());
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public void Dispose_Client_DisposedOnceUnlessLeftOpen(bool leaveOpen, int disposals)
    {
        using var client = PromptReader.HonestClient();
        var reranker = new PairwiseLlmReranker(client, leaveOpen: leaveOpen);
        reranker.Dispose();
        reranker.Dispose();
        Assert.Equal(disposals, client.Disposals);
    }

    [Fact]
    public void Options_OutOfRange_Refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new PointwiseLlmRerankerOptions { MaxConcurrency = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PointwiseLlmRerankerOptions { Temperature = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PointwiseLlmRerankerOptions { Temperature = float.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PointwiseLlmRerankerOptions { MaxCharactersPerDocument = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PointwiseLlmRerankerOptions { MaxCharactersPerQuery = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PointwiseLlmRerankerOptions { MaxDocuments = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ListwiseLlmRerankerOptions { WindowSize = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ListwiseLlmRerankerOptions { Step = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ListwiseLlmRerankerOptions { Passes = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PairwiseLlmRerankerOptions { TopK = 0 });
        Assert.Equal("MaxComparisons", Assert.Throws<ArgumentOutOfRangeException>(
            () => new PairwiseLlmRerankerOptions { MaxComparisons = 0 }).ParamName);
    }
}
