using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net;
using System.Text;
using Microsoft.Extensions.AI;
using OpenAI.Chat;

namespace Resift.Tests.Llm;

/// <summary>The recipe of the guide for OpenAI's log-probabilities, through the real client and an answer in the documented form.</summary>
public sealed class OpenAILogProbabilitiesTests
{
    private const string Answer = """
        {
          "id": "chatcmpl-1", "object": "chat.completion", "created": 1700000000, "model": "gpt-4o-mini-2024-07-18",
          "choices": [{
            "index": 0, "finish_reason": "stop",
            "message": { "role": "assistant", "content": "{\"grade\":2}" },
            "logprobs": { "content": [
              { "token": "{\"", "logprob": 0.0, "bytes": null, "top_logprobs": [] },
              { "token": "grade", "logprob": 0.0, "bytes": null, "top_logprobs": [] },
              { "token": "\":", "logprob": 0.0, "bytes": null, "top_logprobs": [] },
              { "token": "2", "logprob": -0.6931472, "bytes": null, "top_logprobs": [
                { "token": "2", "logprob": -0.6931472, "bytes": null },
                { "token": "3", "logprob": -1.3862944, "bytes": null },
                { "token": "1", "logprob": -1.3862944, "bytes": null } ] },
              { "token": "}", "logprob": 0.0, "bytes": null, "top_logprobs": [] }
            ] }
          }],
          "usage": { "prompt_tokens": 321, "completion_tokens": 5, "total_tokens": 326 }
        }
        """;

    [Fact]
    public async Task RerankAsync_OpenAIClient_ExpectedGradeFromItsLogProbabilities()
    {
        string? sent = null;
        using var http = new HttpClient(new Handler(body => sent = body));
        var chat = new ChatClient("gpt-4o-mini", new ApiKeyCredential("test"), new() { Transport = new HttpClientPipelineTransport(http) });
        using var reranker = new PointwiseLlmReranker(chat.AsIChatClient(), new()
        {
            ConfigureChat = options => options.RawRepresentationFactory =
                _ => new ChatCompletionOptions { IncludeLogProbabilities = true, TopLogProbabilityCount = 8 },
            ReadLogProbabilities = response => (response.RawRepresentation as ChatCompletion)?.ContentTokenLogProbabilities
                .Select(token => new AnswerToken(
                    token.Token, [.. token.TopLogProbabilities.Select(top => new TokenLogProbability(top.Token, top.LogProbability))]))
                .ToArray(),
        });
        var response = await reranker.RerankAsync("cats", ["Cats sleep."], cancellationToken: TestContext.Current.CancellationToken);

        // 2 · 0.5 + 3 · 0.25 + 1 · 0.25
        Assert.Equal(2, response.Results[0].Score, 1e-6);
        Assert.Equal(1, response.LlmReport!.GradesFromLogProbabilities);
        Assert.Equal((321L, 5L), (response.Usage!.InputTokens, response.LlmReport!.OutputTokens));
        Assert.Equal("gpt-4o-mini-2024-07-18", response.ModelId);
        Assert.Equal("openai", reranker.GetService<RerankerMetadata>()!.ProviderName);
        Assert.Contains("\"logprobs\":true", sent, StringComparison.Ordinal);
        Assert.Contains("\"temperature\":0", sent, StringComparison.Ordinal);
        Assert.Contains("\"name\":\"pointwise_answer\"", sent, StringComparison.Ordinal);
        Assert.Contains("\"strict\":true", sent, StringComparison.Ordinal);
    }

    private sealed class Handler(Action<string> received) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            received(await request.Content!.ReadAsStringAsync(cancellationToken));
            return new(HttpStatusCode.OK) { Content = new StringContent(Answer, Encoding.UTF8, "application/json") };
        }
    }
}
