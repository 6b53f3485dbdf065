using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Chat;
using Resift.Testing;
using static Resift.Retrieval.Tests.RagSetup;
using ChatFinishReason = Microsoft.Extensions.AI.ChatFinishReason;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace Resift.Retrieval.Tests;

/// <summary>The pipeline over OpenAI's own client and real HTTP.</summary>
public sealed class OpenAIChatTests : IDisposable
{
    private readonly ChatCompletionsServer _server = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task AskAsync_OverHttp_SendsThePromptAndReadsTheAnswer()
    {
        _server.Parts = ["It has two", " [1]."];
        using var client = Client();
        var options = new RagOptions { Chat = new() { MaxOutputTokens = 50, Temperature = 0 } };

        var answer = await new RagPipeline(Search(Moons), client, options).AskAsync(Question, cancellationToken: Token);

        Assert.Equal("It has two [1].", answer.Text);
        Assert.Equal(Moons, Assert.Single(answer.Citations).Passage!.Text);
        Assert.Equal((100, 20), (answer.ChatUsage!.InputTokenCount, answer.ChatUsage.OutputTokenCount));
        Assert.Equal(ChatFinishReason.Stop, answer.FinishReason);
        Assert.Equal("test-model", answer.Response!.ModelId);
        var (path, authorization, body) = Assert.Single(_server.Requests);
        Assert.Equal(("/v1/chat/completions", "Bearer test-key"), (path, authorization));
        Assert.Equal("asked-model", (string?)body["model"]);
        Assert.Equal(0, (double?)body["temperature"]);
        Assert.Equal(["system", "user"], body["messages"]!.AsArray().Select(message => (string?)message!["role"]));
        Assert.Equal(
            answer.Prompt.Messages.Select(message => message.Text), body["messages"]!.AsArray().Select(message => Content(message!)));
    }

    [Fact]
    public async Task AskStreamingAsync_OverHttp_GivesEachPartAsItComes()
    {
        var firstRead = new TaskCompletionSource();
        _server.Parts = ["It has", " two", " [1]."];
        _server.BeforeNextPart = firstRead.Task;
        using var client = Client();
        List<string> texts = [];
        RagAnswer? answer = null;

        await foreach (var update in new RagPipeline(Search(Moons), client).AskStreamingAsync(Question, cancellationToken: Token))
        {
            if (update.Text.Length > 0)
            {
                // The server writes the second part only when the first has been read here.
                texts.Add(update.Text);
                firstRead.TrySetResult();
            }

            answer = update.Answer;
        }

        Assert.Equal(["It has", " two", " [1]."], texts);
        Assert.Equal("It has two [1].", answer!.Text);
        Assert.Single(answer.Citations);
        Assert.Equal(120, answer.ChatUsage!.TotalTokenCount);
        Assert.Equal(ChatFinishReason.Stop, answer.FinishReason);
        Assert.True((bool?)Assert.Single(_server.Requests).Body["stream"]);
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized)]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [InlineData(HttpStatusCode.InternalServerError)]
    public async Task Ask_ServerRefuses_PassesTheClientsExceptionOn(HttpStatusCode status)
    {
        _server.Status = status;
        using var client = Client();
        var pipeline = new RagPipeline(Search(Moons), client);

        var error = await Assert.ThrowsAsync<ClientResultException>(() => pipeline.AskAsync(Question, cancellationToken: Token));
        var streamed = await Assert.ThrowsAsync<ClientResultException>(
            async () => await pipeline.AskStreamingAsync(Question, cancellationToken: Token).LastAsync(Token));

        Assert.Equal(((int)status, (int)status), (error.Status, streamed.Status));
        Assert.Contains("The test says no.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AskStreamingAsync_CancelledBetweenParts_Stops()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var never = new TaskCompletionSource();
        _server.Parts = ["It has", " two"];
        _server.BeforeNextPart = never.Task;
        using var client = Client();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            var pipeline = new RagPipeline(Search(Moons), client);
            await foreach (var update in pipeline.AskStreamingAsync(Question, cancellationToken: source.Token))
            {
                if (update.Text.Length > 0)
                {
                    await source.CancelAsync();
                }
            }
        });

        never.SetResult();
    }

    [Fact]
    public async Task SearchTool_CalledByTheModel_SendsItsResultBack()
    {
        var tool = SearchTool.Create(Search(Moons));
        using var client = Client();
        List<ChatMessage> messages = [new(ChatRole.User, Question)];
        _server.FunctionCall = ("search", """{"query":"moons of mars","top_n":1}""");

        var asked = await client.GetResponseAsync(messages, new() { Tools = [tool] }, Token);
        var call = asked.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().Single();
        object? result = await tool.InvokeAsync(new(call.Arguments), Token);
        messages.AddMessages(asked);
        messages.Add(new(ChatRole.Tool, [new FunctionResultContent(call.CallId, result)]));
        (_server.FunctionCall, _server.Parts) = (null, ["Two."]);
        var answer = await client.GetResponseAsync(messages, new() { Tools = [tool] }, Token);

        Assert.Equal("Two.", answer.Text);
        var sent = _server.Requests.Select(request => request.Body).ToArray();
        var function = sent[0]["tools"]![0]!["function"]!;
        Assert.Equal("search", (string?)function["name"]);
        Assert.Equal(["query", "top_n"], function["parameters"]!["properties"]!.AsObject().Select(property => property.Key));
        string toolMessage = Content(sent[1]["messages"]!.AsArray().Single(message => (string?)message!["role"] == "tool")!);
        Assert.Equal(Moons, (string?)JsonNode.Parse(toolMessage)!["results"]![0]!["text"]);
    }

    // A text is a string or a list of parts; both are allowed by the protocol.
    private static string Content(JsonNode message) => message["content"] is JsonArray parts
        ? string.Concat(parts.Select(part => (string?)part!["text"]))
        : (string?)message["content"] ?? "";

    private IChatClient Client() => new ChatClient(
        "asked-model",
        new ApiKeyCredential("test-key"),
        new OpenAIClientOptions { Endpoint = _server.Endpoint, RetryPolicy = new ClientRetryPolicy(maxRetries: 0) }).AsIChatClient();
}
