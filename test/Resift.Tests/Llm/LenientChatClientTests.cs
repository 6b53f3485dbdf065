using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net;
using Microsoft.Extensions.AI;
using Resift.Testing;
using ChatClient = OpenAI.Chat.ChatClient;

namespace Resift.Tests.Llm;

/// <summary>Servers that refuse a temperature or a schema, behind OpenAI's client.</summary>
public sealed class LenientChatClientTests
{
    private const string NoTemperature = """
        {"error":{"message":"Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported.",
        "type":"invalid_request_error","param":"temperature","code":"unsupported_value"}}
        """;

    private const string NoSchema = """
        {"error":{"message":"This response_format type is unavailable now","type":"invalid_request_error","param":null,
        "code":"invalid_request_error"}}
        """;

    private const string Answer = """
        {"id":"1","object":"chat.completion","created":1,"model":"m","choices":[
        {"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"{\"ranking\":[2,1]}"}}]}
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(NoTemperature, "temperature", 400)]
    [InlineData(NoTemperature, "temperature", 422)]
    [InlineData(NoSchema, "response_format", 400)]
    public async Task RerankAsync_ParameterThatIsRefused_IsLeftOutAndRemembered(string refusal, string parameter, int status)
    {
        await using var server = new LoopbackServer(request => request.Json.TryGetProperty(parameter, out _)
            ? LoopbackReply.Json(refusal, status)
            : LoopbackReply.Json(Answer));
        using var reranker = new ListwiseLlmReranker(Client(server));

        for (int call = 0; call < 2; call++)
        {
            var response = await reranker.RerankAsync("q", ["a", "b"], cancellationToken: Cancellation);
            Assert.Equal([1, 0], response.Results.Select(result => result.Index));
        }

        Assert.Equal([true, false, false], server.Requests.Select(request => request.Json.TryGetProperty(parameter, out _)));
        string other = parameter == "temperature" ? "response_format" : "temperature";
        Assert.All(server.Requests, request => Assert.True(request.Json.TryGetProperty(other, out _)));
    }

    [Fact]
    public async Task RerankAsync_BothRefusedOneAfterTheOther_AreLeftOut()
    {
        await using var server = new LoopbackServer(request =>
            request.Json.TryGetProperty("temperature", out _) ? LoopbackReply.Json(NoTemperature, 400)
            : request.Json.TryGetProperty("response_format", out _) ? LoopbackReply.Json(NoSchema, 400)
            : LoopbackReply.Json(Answer));
        using var reranker = new ListwiseLlmReranker(Client(server));

        var response = await reranker.RerankAsync("q", ["a", "b"], cancellationToken: Cancellation);

        Assert.Equal([1, 0], response.Results.Select(result => result.Index));
        Assert.Equal(3, server.Requests.Count);
    }

    [Theory]
    [InlineData(NoTemperature, 401)]
    [InlineData(NoTemperature, 404)]
    [InlineData("""{"error":{"message":"Your prompt is too long.","type":"x","code":"y"}}""", 400)]
    [InlineData("""{"error":{"message":"'seed' is not supported.","type":"x","code":"y"}}""", 400)]
    public async Task GetResponseAsync_OtherRefusals_ComeThrough(string refusal, int status)
    {
        await using var server = new LoopbackServer(LoopbackReply.Json(refusal, status));
        using var client = new LenientChatClient(Client(server));

        var error = await Assert.ThrowsAsync<ClientResultException>(
            () => client.GetResponseAsync("q", new() { Temperature = 0, ResponseFormat = ChatResponseFormat.Json }, Cancellation));

        Assert.Equal(status, error.Status);
        Assert.Single(server.Requests);
        Assert.Empty(client.LeftOut);
    }

    [Fact]
    public async Task GetResponseAsync_RefusedWithoutItToo_GivesUpAndRemembersNothing()
    {
        await using var server = new LoopbackServer(LoopbackReply.Json(NoTemperature, 400));
        using var client = new LenientChatClient(Client(server));
        var options = new ChatOptions { Temperature = 0 };

        await Assert.ThrowsAsync<ClientResultException>(() => client.GetResponseAsync("q", options, Cancellation));

        Assert.Equal(2, server.Requests.Count);
        Assert.Empty(client.LeftOut);
        Assert.Equal(0, options.Temperature);
    }

    [Fact]
    public async Task GetStreamingResponseAsync_ParameterThatIsRefused_BeginsAgainWithoutIt()
    {
        List<float?> asked = [];
        using var client = new LenientChatClient(new StreamingClient(options =>
        {
            asked.Add(options?.Temperature);
            return options?.Temperature is null
                ? []
                : throw new HttpRequestException("temperature: Extra inputs are not permitted", null, HttpStatusCode.UnprocessableEntity);
        }));

        for (int call = 0; call < 2; call++)
        {
            var response = await client.GetStreamingResponseAsync("q", new() { Temperature = 0.5f }, Cancellation)
                .ToChatResponseAsync(Cancellation);
            Assert.Equal("one two", response.Text);
        }

        Assert.Equal([0.5f, null, null], asked);
        Assert.Equal(["temperature"], client.LeftOut);
    }

    [Fact]
    public async Task GetStreamingResponseAsync_FailureAfterTheFirstPart_IsNotBegunAgain()
    {
        var failure = new HttpRequestException("temperature", null, HttpStatusCode.BadRequest);
        using var client = new LenientChatClient(new StreamingClient(_ => [failure]));

        Assert.Same(failure, await Assert.ThrowsAsync<HttpRequestException>(async () => await client
            .GetStreamingResponseAsync("q", new() { Temperature = 0 }, Cancellation).ToChatResponseAsync(Cancellation)));
        Assert.Empty(client.LeftOut);
    }

    [Fact]
    public async Task GetResponseAsync_OwnReaderOfRefusals_IsAsked()
    {
        int calls = 0;
        using var inner = new TestChatClient((_, options, _) => options?.ResponseFormat is null
            ? Task.FromResult(TestChatClient.Answer("fine"))
            : throw new InvalidOperationException($"no {calls++}"));
        using var client = new LenientChatClient(inner, error => error is InvalidOperationException ? "json_schema is unknown" : null);

        var response = await client.GetResponseAsync("q", new() { ResponseFormat = ChatResponseFormat.Json }, Cancellation);

        Assert.Equal(("fine", 1), (response.Text, calls));
        Assert.Equal(["response_format"], client.LeftOut);
    }

    private static IChatClient Client(LoopbackServer server) => new ChatClient(
        "m", new ApiKeyCredential("test"), new() { Endpoint = server.Address, RetryPolicy = new ClientRetryPolicy(0) }).AsIChatClient();

    /// <summary>Streams "one two", with failures between, after asking a callback.</summary>
    private sealed class StreamingClient(Func<ChatOptions?, IReadOnlyList<Exception>> begin)
        : DelegatingChatClient(new TestChatClient(_ => ""))
    {
        public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null,
            [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            var failures = begin(options);
            yield return new(ChatRole.Assistant, "one");
            foreach (var failure in failures)
            {
                throw failure;
            }

            yield return new(ChatRole.Assistant, " two");
        }
    }
}
