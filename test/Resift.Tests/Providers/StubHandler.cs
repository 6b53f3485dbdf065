namespace Resift.Tests.Providers;

/// <summary>Answers by a function, without a network.</summary>
internal sealed class StubHandler(Func<HttpResponseMessage> answer) : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Task.FromResult(answer());
}
